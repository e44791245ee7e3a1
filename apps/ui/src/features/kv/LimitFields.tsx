import { Checkbox } from '../../ui/Checkbox';
import { TextField } from '../../ui/Field';
import type { Limits } from './calls';

/** Limits while they are edited. */
export interface LimitDraft {
  readonly maxVersions: string;
  readonly casRequired: boolean;
  readonly deleteAfter: string;
}

export const limitDraftOf = ({
  max_versions: max,
  cas_required: cas,
  delete_version_after: after,
}: Partial<Limits>) => ({
  maxVersions: String(Number(max ?? 0)),
  casRequired: cas === true,
  deleteAfter: String(after ?? '0s'),
});

export const limitsIn = ({ maxVersions, casRequired, deleteAfter }: LimitDraft): Limits => ({
  max_versions: Number(maxVersions),
  cas_required: casRequired,
  delete_version_after: deleteAfter.trim() === '' ? '0s' : deleteAfter.trim(),
});

interface LimitsProps {
  readonly draft: LimitDraft;
  readonly onDraft: (draft: LimitDraft) => void;
}

export function LimitFields({ draft, onDraft }: LimitsProps) {
  return (
    <>
      <TextField
        label="Maximum number of versions"
        help="Older ones are removed for good when a new one is written. 0: as many as the engine keeps."
        type="number"
        min={0}
        step={1}
        required
        value={draft.maxVersions}
        onText={(maxVersions) => onDraft({ ...draft, maxVersions })}
      />
      <TextField
        label="Delete versions after"
        help="From its creation on, such as 720h; each new version is deleted by itself then. 0s: never."
        value={draft.deleteAfter}
        onText={(deleteAfter) => onDraft({ ...draft, deleteAfter })}
        spellCheck={false}
      />
      <Checkbox checked={draft.casRequired} onCheck={(casRequired) => onDraft({ ...draft, casRequired })}>
        Require Check and Set: every write names the version that it replaces
      </Checkbox>
    </>
  );
}
