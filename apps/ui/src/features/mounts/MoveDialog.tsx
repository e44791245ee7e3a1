import { useState } from 'react';
import { AsCommand } from '../../ui/AsCommand';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { TextField } from '../../ui/Field';
import { move } from './calls';
import { useCircumstances, useRemoval } from './change';
import { type Kind, KINDS } from './kinds';
import { barePath, inTheWay, type Mount } from './mounts';
import { FILTERS_FORGET, STALE_NAMES, whatMoves, whereItCounts } from './texts';

interface MoveProps {
  readonly kind: Kind;
  readonly mount: Mount;
  readonly mounts: readonly Mount[];
  readonly onClose: () => void;
}

export function MoveDialog({ kind, mount: { path, local }, mounts, onClose }: MoveProps) {
  const [to, setTo] = useState(barePath(path));
  const target = barePath(to);
  const request = move(kind, path, target);
  const removal = useRemoval(kind, request, `${path} is ${target}/ now.`);
  const circumstances = useCircumstances(local);
  const taken = inTheWay(target, mounts);
  const isNew = target !== '' && `${target}/` !== path;
  const texts = [
    ...whatMoves[kind],
    STALE_NAMES,
    ...(circumstances.role !== undefined && !local ? [FILTERS_FORGET] : []),
    whereItCounts(circumstances),
  ].filter((text) => text !== undefined);
  return (
    <ConfirmDialog
      title={`Move ${path}?`}
      verb="Move"
      isReady={isNew && taken === undefined}
      change={{ ...removal, mutate: () => removal.mutate() }}
      onClose={onClose}
    >
      <TextField
        label="New path"
        help={`In full: ${KINDS[kind].prefix}${target}/`}
        error={isNew && taken !== undefined ? `The path is in use by ${taken}` : undefined}
        value={to}
        onText={setTo}
        autoComplete="off"
        spellCheck={false}
      />
      <ul>
        {texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <div>
        <AsCommand request={request} />
      </div>
    </ConfirmDialog>
  );
}
