import { FileDirectoryIcon, KeyIcon } from '@primer/octicons-react';
import { Link } from '@tanstack/react-router';
import type { KeyboardEvent } from 'react';
import { LIST, SHOW } from './place';

export interface NamesProps {
  readonly label: string;
  readonly mount: string;
  /** Before each name; `''`, or with its final slash. */
  readonly folder: string;
  /** Folders have a final slash. */
  readonly names: readonly string[];
}

export function NameLink({ mount, folder, name }: NamesProps & { readonly name: string }) {
  const isFolder = name.endsWith('/');
  return (
    <Link
      to={isFolder ? LIST : SHOW}
      params={{ mount, _splat: (folder + name).replace(/\/$/, '') }}
      // A secret that is only pointed at is not read.
      preload={false}
    >
      {isFolder ? <FileDirectoryIcon aria-label="Folder" /> : <KeyIcon aria-label="Secret" />}
      <span>{name}</span>
    </Link>
  );
}

/** From name to name. */
export function moveByArrows(event: KeyboardEvent<HTMLUListElement>): void {
  const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key];
  if (step === undefined) return;
  const row = document.activeElement?.closest('li');
  const next = row?.[step as 'nextElementSibling'];
  if (!next) return;
  event.preventDefault();
  next.querySelector('a')?.focus();
}
