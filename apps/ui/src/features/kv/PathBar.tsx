import { PencilIcon } from '@primer/octicons-react';
import { Link } from '@tanstack/react-router';
import { Fragment, useState } from 'react';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { Form } from '../../ui/Form';
import styles from './kv.module.css';
import { LIST, useGoTo } from './place';

interface PathProps {
  readonly mount: string;
  /** Folders have no final slash here. */
  readonly name: string;
  readonly isFolder: boolean;
}

const EXACT = { exact: true } as const;

/** Where this page is, and the way to any other path: nobody has to be able to list what lies above it. */
export function PathBar(props: PathProps) {
  const [editing, setEditing] = useState(false);
  if (editing) return <PathForm {...props} onClose={() => setEditing(false)} />;
  const { mount, name } = props;
  const parts = name === '' ? [] : name.split('/');
  return (
    <nav className={styles.path} aria-label="Path">
      <Link to="/vault/secrets" activeOptions={EXACT}>
        Secrets
      </Link>
      <Crumb mount={mount} folder="" text={mount} isHere={parts.length === 0} />
      {parts.map((part, index) => {
        const folder = parts.slice(0, index + 1).join('/');
        return <Crumb key={folder} mount={mount} folder={folder} text={part} isHere={index === parts.length - 1} />;
      })}
      <Button kind="quiet" aria-label="Edit the path" icon={<PencilIcon />} onClick={() => setEditing(true)} />
    </nav>
  );
}

interface CrumbProps {
  readonly mount: string;
  readonly folder: string;
  readonly text: string;
  readonly isHere: boolean;
}

const Crumb = ({ mount, folder, text, isHere }: CrumbProps) => (
  <Fragment>
    <span aria-hidden="true">/</span>
    {isHere ? (
      <span aria-current="page">{text}</span>
    ) : (
      <Link to={LIST} params={{ mount, _splat: folder }} activeOptions={EXACT}>
        {text}
      </Link>
    )}
  </Fragment>
);

/** @param onClose absent: it is the only thing to do here. */
export function PathForm({ mount, name, isFolder, onClose }: PathProps & { readonly onClose?: () => void }) {
  const [path, setPath] = useState(isFolder && name !== '' ? `${name}/` : name);
  const goTo = useGoTo(mount);
  const go = (): void => {
    void goTo(path);
    onClose?.();
  };
  return (
    <Form onSend={go} onKeyDown={({ key }) => key === 'Escape' && onClose?.()}>
      <TextField
        label={`Path in ${mount}/`}
        help="With a final slash it is a folder, else a secret."
        value={path}
        onText={setPath}
        spellCheck={false}
        autoFocus={onClose !== undefined}
      />
      <div className={styles.buttons}>
        <Button type="submit" kind="primary">
          Go
        </Button>
        {onClose && <Button onClick={onClose}>Cancel</Button>}
      </div>
    </Form>
  );
}
