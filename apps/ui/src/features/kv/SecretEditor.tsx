import { useBlocker, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { Checkbox } from '../../ui/Checkbox';
import { Dialog } from '../../ui/Dialog';
import { TextField } from '../../ui/Field';
import { flash } from '../../ui/flashes';
import { Form } from '../../ui/Form';
import { useKey } from '../../ui/keys';
import type { Base } from './base';
import type { KvMount } from './calls';
import { DraftFields } from './DraftFields';
import type { SecretData } from '../../api/exact-json';
import { JsonField } from './JsonField';
import styles from './kv.module.css';
import { LIST, SHOW } from './place';
import { useSave } from './save';
import { SaveDialog } from './SaveDialog';
import { GoesToPrimary } from './SecretHead';
import { type Draft, useDraft } from './useDraft';

interface EditorProps {
  readonly mount: KvMount;
  /** Absent: it is chosen here. */
  readonly name?: string;
  readonly folder: string;
  readonly initial: Base;
}

export function SecretEditor({ mount, name: fixed, folder, initial }: EditorProps) {
  const draft = useDraft(initial.data);
  const [base, setBase] = useState(initial);
  const [path, setPath] = useState(folder === '' ? '' : `${folder}/`);
  const [reviewed, setReviewed] = useState<SecretData>();
  const [fault, setFault] = useState<string>();
  const name = fixed ?? path.trim();
  const save = useSave(mount, useLeaveTo(mount));
  const review = (): void => {
    const { entered } = draft;
    const wrongPath = faultOf(name);
    setFault(wrongPath ?? entered.fault);
    if (wrongPath === undefined && entered.fault === undefined) setReviewed(entered.data);
  };
  const goOn = (): void => {
    save.reset();
    setReviewed(undefined);
  };
  useKey('save', reviewed ? undefined : review);
  return (
    <Form className={styles.editor} onSend={review} noValidate>
      {fixed === undefined && <PathField path={path} onPath={setPath} />}
      <DataCard draft={draft} isNew={base.version === 0} />
      <Refusal text={fault ?? draft.refusal} />
      <GoesToPrimary mount={mount} />
      <Buttons mount={mount} back={fixed === undefined ? [LIST, folder] : [SHOW, fixed]} />
      <LeaveGuard isDirty={draft.differsFrom(base.data) && !save.isSuccess} />
      {reviewed && <SaveDialog {...{ mount, name, base, save }} data={reviewed} onBase={setBase} onClose={goOn} />}
    </Form>
  );
}

const PathField = ({ path, onPath }: { readonly path: string; readonly onPath: (path: string) => void }) => (
  <TextField
    label="Path for this secret"
    help="Slashes make folders."
    value={path}
    onText={onPath}
    autoFocus
    autoComplete="off"
    spellCheck={false}
  />
);

const Refusal = ({ text }: { readonly text: string | undefined }) =>
  text === undefined ? null : <Alert kind="bad">{text}</Alert>;

interface ButtonsProps {
  readonly mount: KvMount;
  readonly back: readonly [to: typeof LIST | typeof SHOW, name: string];
}

const Buttons = ({ mount, back: [to, name] }: ButtonsProps) => (
  <div className={styles.buttons}>
    <Button type="submit" kind="primary" aria-keyshortcuts="Control+S">
      Save…
    </Button>
    <ButtonLink to={to} params={{ mount: mount.path, _splat: name }} preload={false}>
      Cancel
    </ButtonLink>
  </div>
);

/** @returns leads to the secret that was saved. */
function useLeaveTo(mount: KvMount): (name: string) => void {
  const navigate = useNavigate();
  return (name) => {
    flash(`${mount.path}/${name} is saved.`);
    void navigate({ to: SHOW, params: { mount: mount.path, _splat: name }, ignoreBlocker: true });
  };
}

function faultOf(name: string): string | undefined {
  if (name === '') return 'The secret needs a path.';
  const parts = name.split('/');
  if (parts.includes('')) return 'A path has no empty part: look for a slash at its begin or end, or a double one.';
  return parts.some((part) => part === '.' || part === '..') ? 'No part of a path can be “.” or “..”.' : undefined;
}

function DataCard({ draft, isNew }: { readonly draft: Draft; readonly isNew: boolean }) {
  const [isShown, setShown] = useState(isNew);
  const isJson = draft.mode === 'json';
  return (
    <Card
      title="Secret data"
      aside={
        <div className={styles.buttons}>
          {!isJson && (
            <Checkbox checked={isShown} onCheck={setShown}>
              Show values
            </Checkbox>
          )}
          <Button aria-pressed={isJson} onClick={draft.turn}>
            JSON
          </Button>
        </div>
      }
    >
      {isJson ? (
        <JsonField label="Secret as JSON" text={draft.text} onText={draft.setText} />
      ) : (
        <DraftFields rows={draft.rows} isShown={isShown} onRows={draft.setRows} />
      )}
    </Card>
  );
}

/** Nobody loses an edit by a click beside it. The end of a session asks nobody. */
function LeaveGuard({ isDirty }: { readonly isDirty: boolean }) {
  const blocked = useBlocker({
    shouldBlockFn: ({ next }) => isDirty && next.pathname !== '/vault/auth',
    enableBeforeUnload: isDirty,
    withResolver: true,
  });
  if (blocked.status !== 'blocked') return null;
  return (
    <Dialog
      title="Leave without saving?"
      onClose={blocked.reset}
      actions={
        <>
          <Button onClick={blocked.reset}>Stay</Button>
          <Button kind="danger" onClick={blocked.proceed}>
            Leave
          </Button>
        </>
      }
    >
      <p>What you have entered is not saved. It is lost when you leave this page.</p>
    </Dialog>
  );
}
