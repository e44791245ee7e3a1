import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useWrite } from '../../session/read';
import { Alert } from '../../ui/Alert';
import { messageOf } from '../../api/errors';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { Checkbox } from '../../ui/Checkbox';
import { Failure } from '../../ui/Failure';
import { SelectField, TextField } from '../../ui/Field';
import { flash } from '../../ui/flashes';
import { Form } from '../../ui/Form';
import { PageHead } from '../../ui/PageHead';
import { enable, type EnableOrder, kvSettings } from './calls';
import { useCircumstances } from './change';
import styles from './EnablePage.module.css';
import { type Kind, KINDS } from './kinds';
import { LeaseFields } from './LeaseFields';
import { barePath, inTheWay, useMounts } from './mounts';
import { enabledText, whereItWillBe } from './texts';

export const EnableSecretsPage = () => <EnablePage kind="secret" />;
export const EnableAccessPage = () => <EnablePage kind="auth" />;

function EnablePage({ kind }: { readonly kind: Kind }) {
  const { enableNew, enable: verb, list, one } = KINDS[kind];
  const [order, setOrder] = useState(() => firstOrder(kind));
  const change = (part: Partial<EnableOrder>): void => setOrder({ ...order, ...part });
  const taken = inTheWay(order.path, useMounts(kind).data ?? []);
  const enabling = useEnabling(kind, order);
  return (
    <>
      <PageHead title={enableNew} note={`A new ${one} of this cluster.`}>
        <AsCommand request={enable(kind, order)} />
      </PageHead>
      {enabling.isHalfDone ? (
        <HalfDone order={order} {...enabling} />
      ) : (
        <Form onSend={() => taken === undefined && enabling.begin()}>
          <Card title="Type">
            <TypeFields {...{ kind, order, change }} />
            <PathField {...{ kind, order, change, taken: enabling.busy ? undefined : taken }} />
            {order.type === 'kv' && <KvFields {...{ order, change }} />}
          </Card>
          <Card title="Method options">
            <OptionFields {...{ kind, order, change }} />
          </Card>
          <Failure of={enabling.error} />
          <div>
            <Button type="submit" kind="primary" busy={enabling.busy}>
              {verb}
            </Button>{' '}
            <ButtonLink to={list}>Cancel</ButtonLink>
          </div>
        </Form>
      )}
    </>
  );
}

function firstOrder(kind: Kind): EnableOrder {
  const type = KINDS[kind].types[0]?.type ?? '';
  return {
    type,
    path: type,
    description: '',
    local: false,
    defaultLeaseTtl: '',
    maxLeaseTtl: '',
    listed: false,
    version: '2',
    maxVersions: '',
    casRequired: false,
  };
}

/** Two calls where version 2 of kv is given settings: it keeps them by itself. */
function useEnabling(kind: Kind, order: EnableOrder) {
  const navigate = useNavigate();
  const circumstances = useCircumstances(order.local);
  const settings = kvSettings(order);
  const done = (): void => {
    flash(enabledText(`${barePath(order.path)}/`, circumstances));
    void navigate({ to: KINDS[kind].list });
  };
  const configuring = useWrite(done);
  const configure = (): void => void (settings && configuring.mutate(settings));
  const enabling = useWrite(settings === undefined ? done : configure);
  return {
    begin: () => enabling.mutate(enable(kind, order)),
    configure,
    leave: done,
    busy: enabling.isPending || configuring.isPending,
    error: enabling.error,
    settingsError: configuring.error,
    isHalfDone: configuring.error !== null,
  };
}

interface HalfDoneProps {
  readonly order: EnableOrder;
  readonly settingsError: Error | null;
  readonly busy: boolean;
  readonly configure: () => void;
  readonly leave: () => void;
}

function HalfDone({ order, settingsError, busy, configure, leave }: HalfDoneProps) {
  return (
    <Card title={`${barePath(order.path)}/ is enabled, without its settings`}>
      <Alert kind="bad">{messageOf(settingsError)}</Alert>
      <p>It keeps as many versions as usual, and does not require Check and Set.</p>
      <div>
        <Button kind="primary" busy={busy} onClick={configure}>
          Set them again
        </Button>{' '}
        <Button onClick={leave}>Leave it so</Button>
      </div>
    </Card>
  );
}

interface FieldsProps {
  readonly kind: Kind;
  readonly order: EnableOrder;
  readonly change: (part: Partial<EnableOrder>) => void;
}

/** The path follows the type until somebody names one. */
function TypeFields({ kind, order, change }: FieldsProps) {
  const { types, one } = KINDS[kind];
  const choose = (type: string): void => change({ type, ...(order.path === order.type && { path: type }) });
  return (
    <fieldset className={styles.types}>
      <legend>Which {one}?</legend>
      {types.map(({ type, title, note, icon: Icon }) => (
        <TypeChoice key={type} checked={type === order.type} onChoose={() => choose(type)} {...{ title, note }}>
          <Icon />
        </TypeChoice>
      ))}
    </fieldset>
  );
}

interface ChoiceProps {
  readonly title: string;
  readonly note: string;
  readonly checked: boolean;
  readonly onChoose: () => void;
  readonly children: ReactNode;
}

const TypeChoice = ({ title, note, checked, onChoose, children }: ChoiceProps) => (
  <label className={styles.type}>
    <input type="radio" name="type" checked={checked} onChange={onChoose} />
    {children}
    <span>
      <strong>{title}</strong>
      <small>{note}</small>
    </span>
  </label>
);

function PathField({ kind, order, change, taken }: FieldsProps & { readonly taken: string | undefined }) {
  const isGiven = barePath(order.path) !== '';
  return (
    <TextField
      label="Path"
      help={`Where it is found: ${KINDS[kind].prefix}${barePath(order.path)}/`}
      error={isGiven && taken !== undefined ? `The path is in use by ${taken}` : undefined}
      required
      value={order.path}
      onText={(path) => change({ path })}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

function KvFields({ order, change }: Omit<FieldsProps, 'kind'>) {
  return (
    <>
      <SelectField
        label="Version"
        help={
          order.version === '2'
            ? 'Keeps former versions of each secret.'
            : 'Keeps each secret once, as it was written last.'
        }
        value={order.version}
        onText={(version) => change({ version: version as EnableOrder['version'] })}
      >
        <option>2</option>
        <option>1</option>
      </SelectField>
      {order.version === '2' && (
        <>
          <TextField
            label="Maximum number of versions"
            help="Of each secret; the oldest goes first. Empty: 10."
            type="number"
            min={0}
            value={order.maxVersions}
            onText={(maxVersions) => change({ maxVersions })}
          />
          <Checkbox checked={order.casRequired} onCheck={(casRequired) => change({ casRequired })}>
            Require Check and Set: every write names the version that it replaces
          </Checkbox>
        </>
      )}
    </>
  );
}

function OptionFields({ kind, order, change }: FieldsProps) {
  const circumstances = useCircumstances(order.local);
  return (
    <>
      <TextField
        label="Description"
        help="Optional."
        value={order.description}
        onText={(description) => change({ description })}
        autoComplete="off"
      />
      <Checkbox checked={order.local} onCheck={(local) => change({ local })}>
        Local
      </Checkbox>
      <Alert kind="info">{whereItWillBe(circumstances)}</Alert>
      <LeaseFields of={order} change={change} />
      {kind === 'auth' && (
        <Checkbox checked={order.listed} onCheck={(listed) => change({ listed })}>
          List it on the sign-in page, for those without a token
        </Checkbox>
      )}
    </>
  );
}
