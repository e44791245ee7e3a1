import { useEffect, useRef, useState } from 'react';
import { fetchList } from '../../session/read';
import { useToken } from '../../session/useToken';
import { Button } from '../../ui/Button';
import { countOf } from '../../ui/format';
import { type KvMount, pathOf } from './calls';
import styles from './kv.module.css';
import { NameList } from './NameList';
import { searchBelow, type SearchState } from './search-below';

interface FoundProps {
  readonly mount: KvMount;
  /** `''`, or with its final slash. */
  readonly folder: string;
  readonly sought: string;
  readonly onClose: () => void;
}

/** Searches as long as it is shown. */
export function FoundBelow({ mount, folder, sought, onClose }: FoundProps) {
  const [{ found, folders, refused }, setState] = useState<SearchState>({ found: [], folders: 0, refused: 0 });
  const [ended, setEnded] = useState<'done' | 'stopped'>();
  const stop = useSearch({ mount, folder, sought, onProgress: setState, onEnd: setEnded });
  const words = [
    { undefined: 'Searching…', done: 'Searched all.', stopped: 'Stopped.' }[`${ended}`],
    `${countOf(found.length)} found in ${countOf(folders)} ${folders === 1 ? 'folder' : 'folders'}.`,
    refused > 0 && `${countOf(refused)} more may not be listed.`,
  ];
  return (
    <>
      <div className={styles.searched}>
        <p className={styles.count} role="status">
          {words.filter(Boolean).join(' ')}
        </p>
        {ended === undefined ? (
          <Button onClick={stop}>Stop</Button>
        ) : (
          <Button onClick={onClose}>Back to the folder</Button>
        )}
      </div>
      {found.length > 0 && <NameList label="Found" mount={mount.path} folder="" names={found} />}
    </>
  );
}

interface SearchOptions extends Omit<FoundProps, 'onClose'> {
  readonly onProgress: (state: SearchState) => void;
  readonly onEnd: (how: 'done' | 'stopped') => void;
}

/** @returns what stops it. */
function useSearch({ mount, folder, sought, onProgress, onEnd }: SearchOptions): () => void {
  const token = useToken();
  const stopper = useRef<AbortController>(null);
  useEffect(() => {
    const { signal } = (stopper.current = new AbortController());
    const wanted = sought.toLowerCase();
    void searchBelow({
      from: folder,
      list: (below) => fetchList(pathOf(mount, 'metadata', below.replace(/\/$/, '')), { token, signal }),
      matches: (name) => name.slice(folder.length).toLowerCase().includes(wanted),
      onProgress,
      signal,
    }).then(() => onEnd(signal.aborted ? 'stopped' : 'done'));
    return () => stopper.current?.abort();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- one search a page: it is told what to look for when it begins
  }, []);
  return () => stopper.current?.abort();
}
