import { useEffect, useRef } from 'react';
import { markOf, type MountGroup, type TreeNode, treeOf } from './paths-filter';
import styles from './FilterFields.module.css';

interface TreeProps {
  readonly paths: readonly string[];
  readonly onMark: (path: string, on: boolean) => void;
}

/** Mounts of one kind, in their folders. */
export function MountTree({
  group: { name, root, mounts },
  search,
  ...props
}: TreeProps & { readonly group: MountGroup; readonly search: string }) {
  const found = mounts.filter(({ path }) => path.includes(search));
  return (
    <fieldset className={styles.tree}>
      <legend>{name}</legend>
      {found.length === 0 ? (
        <p>{mounts.length === 0 ? 'None is replicated.' : 'None is found.'}</p>
      ) : (
        <Nodes nodes={treeOf(found, root)} {...props} />
      )}
    </fieldset>
  );
}

function Nodes({ nodes, ...props }: TreeProps & { readonly nodes: readonly TreeNode[] }) {
  return nodes.map((node) =>
    node.below.length === 0 ? (
      <Mark key={node.path} path={node.path} type={node.mount?.type ?? ''} name={node.name} {...props} />
    ) : (
      <fieldset key={node.path}>
        <legend>{node.name}</legend>
        <Mark path={node.path} name={`all in ${node.name}`} type="folder, with what is made there later" {...props} />
        <Nodes nodes={node.below} {...props} />
      </fieldset>
    ),
  );
}

/** One whose folder is chosen goes with it. */
function Mark({
  path,
  name,
  type,
  paths,
  onMark,
}: TreeProps & { readonly path: string; readonly name: string; readonly type: string }) {
  const box = useRef<HTMLInputElement>(null);
  const mark = markOf(paths, path);
  useEffect(() => {
    if (box.current) box.current.indeterminate = mark === 'part';
  }, [mark]);
  return (
    <label>
      <input
        ref={box}
        type="checkbox"
        aria-label={path}
        checked={mark === 'own' || mark === 'folder'}
        disabled={mark === 'folder'}
        onChange={({ target }) => onMark(path, target.checked)}
      />
      <code>{name}</code> <span>{mark === 'folder' ? 'by its folder' : type}</span>
    </label>
  );
}
