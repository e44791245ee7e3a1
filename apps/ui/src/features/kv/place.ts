import { useNavigate, useParams } from '@tanstack/react-router';

/** What the address names: a mount, and a secret or folder in it. */
export function usePlace(): { readonly mount: string; readonly name: string } {
  const { mount = '', _splat = '' } = useParams({ strict: false });
  return { mount, name: _splat.replace(/\/+$/, '') };
}

export const LIST = '/vault/secrets/$mount/kv/list/$';
export const SHOW = '/vault/secrets/$mount/kv/show/$';

/** To a path as people write it: with a final slash it is a folder. */
export function useGoTo(mount: string): (path: string) => Promise<void> {
  const navigate = useNavigate();
  return (path) => {
    const name = path.replace(/^\/+|\/+$/g, '');
    const to = name === '' || path.endsWith('/') ? LIST : SHOW;
    return navigate({ to, params: { mount, _splat: name } });
  };
}

/** The folder that a secret lies in; `''`: the mount itself. */
export const folderOf = (name: string): string => name.split('/').slice(0, -1).join('/');
