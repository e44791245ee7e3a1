import { KebabHorizontalIcon } from '@primer/octicons-react';
import { Link } from '@tanstack/react-router';
import { Button } from '../../ui/Button';
import { CopyButton } from '../../ui/CopyButton';
import { Menu } from '../../ui/Menu';
import { ContentLink } from './ContentLink';
import { type Kind, KINDS } from './kinds';
import { barePath, type Mount, typeOf } from './mounts';
import styles from './MountsPage.module.css';
import { Place } from './Place';

interface RowProps {
  readonly kind: Kind;
  readonly mount: Mount;
  readonly mayDisable: boolean;
  readonly onDisable: () => void;
}

export function MountRow({ kind, mount, mayDisable, onDisable }: RowProps) {
  const { path, accessor, description, local } = mount;
  return (
    <tr>
      <th scope="row">
        <div className={styles.path}>
          <ContentLink kind={kind} mount={mount}>
            {path}
          </ContentLink>
          {description !== '' && <span>{description}</span>}
          <span className={styles.narrow}>{typeOf(mount)}</span>
        </div>
      </th>
      <td>{typeOf(mount)}</td>
      <td>
        <span className={styles.accessor}>
          <code>{accessor}</code>
          <CopyButton text={accessor} of={`the accessor of ${path}`} />
        </span>
      </td>
      <td>
        <Place local={local} />
      </td>
      <td>
        <Menu name={`Actions for ${path}`} label={<KebabHorizontalIcon />}>
          <Link to={KINDS[kind].configuration} params={{ mount: barePath(path) }}>
            View configuration
          </Link>
          {mayDisable && (
            <Button kind="quiet" onClick={onDisable}>
              Disable…
            </Button>
          )}
        </Menu>
      </td>
    </tr>
  );
}
