import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { ApiError, messageOf } from '../../api/errors';
import { type Envelope, send } from '../../api/send';
import { begin } from '../../session/session';
import { useSession } from '../../session/useToken';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { SecretField, SelectField, TextField } from '../../ui/Field';
import { Form } from '../../ui/Form';
import { FrontPage } from '../../ui/FrontPage';
import { keep, kept } from '../../ui/kept';
import { Skeleton } from '../../ui/Skeleton';
import { ClusterLine } from './ClusterLine';
import { type Credentials, LISTED_MOUNTS, type ListedMount, listedMountsIn, METHODS, signIn } from './login';
import { safeRedirect } from './redirect';
import styles from './SignInPage.module.css';

/** Whose tab is open: a listed mount, or the drop-down of all methods. */
const OTHER = '/';

export function SignInPage() {
  const { redirect_to: redirectTo, reason } = useSearch({ strict: false }) as { redirect_to?: string; reason?: string };
  const listed = useListedMounts();
  const [tab, setTab] = useState<string>();
  const open = tab ?? listed?.[0]?.path ?? OTHER;
  const mount = listed?.find(({ path }) => path === open);
  useWayIn(safeRedirect(redirectTo));
  return (
    <FrontPage title="Sign in to Tidelock">
      <ClusterLine />
      <Reason of={reason} />
      {listed !== undefined && listed.length > 0 && <Tabs {...{ listed, open, onOpen: setTab }} />}
      {listed === undefined ? <Skeleton lines={4} /> : <SignInForm key={open} mount={mount} />}
      <p className={styles.hint}>No credentials? Your administrator hands them out.</p>
    </FrontPage>
  );
}

/** Whoever is signed in goes on, also where another tab has handed its session over. */
function useWayIn(redirectTo: string): void {
  const navigate = useNavigate();
  const isIn = useSession() !== undefined;
  useEffect(() => {
    if (isIn) void navigate({ href: redirectTo, replace: true });
  }, [isIn, navigate, redirectTo]);
}

/** Why somebody is here who was signed in. */
const REASONS: Readonly<Record<string, string>> = {
  joined: "This cluster has become a secondary: sign in with the primary's users.",
  ended: 'The session has ended. Sign in again to go on where you were.',
  idle: 'You were signed out after half an hour without input.',
  unknown: 'The server no longer knows this token: it was revoked, or used up. Sign in again.',
  elsewhere: 'You signed out in another tab.',
};

function Reason({ of: reason }: { readonly of: string | undefined }) {
  const text = reason === undefined || !Object.hasOwn(REASONS, reason) ? undefined : REASONS[reason];
  return text !== undefined && <Alert kind="info">{text}</Alert>;
}

/** Asked once: a form that is being filled in must not change. @returns `undefined` until they are known. */
function useListedMounts(): ListedMount[] | undefined {
  const { data, isPending } = useQuery({
    queryKey: ['listed-mounts'],
    staleTime: Infinity,
    queryFn: ({ signal }) => send<Envelope<Parameters<typeof listedMountsIn>[0]>>(LISTED_MOUNTS, { signal }),
  });
  return isPending ? undefined : listedMountsIn(data?.data ?? {});
}

interface TabsProps {
  readonly listed: readonly ListedMount[];
  readonly open: string;
  readonly onOpen: (tab: string) => void;
}

function Tabs({ listed, open, onOpen }: TabsProps) {
  const tabs = [
    ...listed.map(({ path, description }) => ({ id: path, title: description || path })),
    { id: OTHER, title: 'Other' },
  ];
  return (
    <div className={styles.tabs}>
      {tabs.map(({ id, title }) => (
        <button key={id} type="button" aria-pressed={id === open} onClick={() => onOpen(id)}>
          {title}
        </button>
      ))}
    </div>
  );
}

interface FormProps {
  /** The listed mount to sign in at; absent: any, by method. */
  readonly mount: ListedMount | undefined;
}

const LAST_METHOD = 'tidelock-method';

function SignInForm({ mount }: FormProps) {
  const { credentials, change, error, busy, submit } = useSignIn(mount);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), [credentials.method]);
  return (
    <Form ref={form} className={styles.form} onSend={() => void submit()}>
      {error !== undefined && <Alert kind="bad">{error}</Alert>}
      {mount === undefined && (
        <SelectField
          label="Method"
          value={credentials.method}
          onText={(type) => change({ method: type as Credentials['method'], mount: type })}
        >
          {METHODS.map(({ type, label }) => (
            <option key={type} value={type}>
              {label}
            </option>
          ))}
        </SelectField>
      )}
      <CredentialFields {...{ credentials, change }} />
      {mount === undefined && credentials.method !== 'token' && (
        <details className={styles.more}>
          <summary>More options</summary>
          <TextField
            label="Mount path"
            help="Where the method is mounted, if not under its own name."
            value={credentials.mount}
            onText={(path) => change({ mount: path.replace(/^\/+|\/+$/g, '') })}
            spellCheck={false}
          />
        </details>
      )}
      <Button type="submit" kind="primary" busy={busy}>
        Sign in
      </Button>
    </Form>
  );
}

function useSignIn(mount: ListedMount | undefined) {
  const [credentials, setCredentials] = useState<Credentials>(() => firstCredentials(mount));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const change = (part: Partial<Credentials>): void => setCredentials((before) => ({ ...before, ...part }));
  const submit = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const session = await signIn(credentials, Date.now());
      keep(LAST_METHOD, credentials.method);
      begin(session);
    } catch (failure) {
      setError(sentenceFor(failure));
      change({ password: '' });
      setBusy(false);
    }
  };
  return { credentials, change, error, busy, submit };
}

/** The method is remembered, who signed in is not. */
function firstCredentials(mount: ListedMount | undefined): Credentials {
  const last = METHODS.find(({ type }) => type === kept(LAST_METHOD));
  const method = mount?.type ?? last?.type ?? 'token';
  return { method, mount: mount?.path ?? method, token: '', username: '', password: '' };
}

interface FieldsProps {
  readonly credentials: Credentials;
  readonly change: (part: Partial<Credentials>) => void;
}

function CredentialFields({ credentials, change }: FieldsProps) {
  if (credentials.method === 'token')
    return (
      <SecretField
        label="Token"
        autoComplete="off"
        required
        value={credentials.token}
        onText={(token) => change({ token })}
      />
    );
  return (
    <>
      <TextField
        label="Username"
        autoComplete="username"
        spellCheck={false}
        required
        value={credentials.username}
        onText={(username) => change({ username })}
      />
      <SecretField
        label="Password"
        autoComplete="current-password"
        required
        value={credentials.password}
        onText={(password) => change({ password })}
      />
    </>
  );
}

function sentenceFor(failure: unknown): string {
  const refused = failure instanceof ApiError && (failure.status === 400 || failure.status === 403);
  return refused ? `Authentication failed: ${messageOf(failure)}` : messageOf(failure);
}
