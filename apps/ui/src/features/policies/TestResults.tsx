import { CheckCircleFillIcon, XCircleFillIcon } from '@primer/octicons-react';
import { Link } from '@tanstack/react-router';
import { Alert } from '../../ui/Alert';
import { Badges } from '../../ui/Badge';
import { Card } from '../../ui/Card';
import { Table } from '../../ui/Table';
import type { TestResult } from './ask';
import type { Decision, Source } from './decide';
import styles from './policies.module.css';
import { RulePath } from './RulePath';
import { type Verdict, verdictOn } from './verdict';

export function TestResults({ result }: { readonly result: TestResult }) {
  const { path, server, policies } = result;
  const verdict = verdictOn(result);
  return (
    <Card title={`Result for ${path}`}>
      <div className={styles.answers} role="status">
        <section>
          <h3>The server says</h3>
          {server === undefined && <p className={styles.note}>Not asked: it decides for tokens alone.</p>}
          {server?.why !== undefined && <p className={styles.note}>It could not be asked: {server.why}</p>}
          {server?.value !== undefined && <Capabilities of={server.value} />}
        </section>
        <section>
          <h3>The policies say</h3>
          {verdict ? (
            <Capabilities of={verdict.decision.capabilities} />
          ) : (
            <p className={styles.note}>Which policies there are could not be asked: {policies.why}</p>
          )}
        </section>
      </div>
      {verdict && <Reasons verdict={verdict} />}
    </Card>
  );
}

function Capabilities({ of }: { readonly of: readonly string[] }) {
  const isDenied = of.includes('deny');
  return (
    <p className={styles.words}>
      {of.map((word) => (
        <span key={word} className={isDenied ? styles.denied : styles.fine}>
          {isDenied ? <XCircleFillIcon /> : <CheckCircleFillIcon />} {word}
        </span>
      ))}
    </p>
  );
}

function Reasons({ verdict: { decision, unread, compared } }: { readonly verdict: Verdict }) {
  return (
    <div className={styles.why}>
      {compared === 'different' && (
        <Alert kind="warn" title="The two differ, and the server decides">
          {unread.length > 0
            ? 'Not all of the policies could be read here.'
            : 'A policy may have been changed meanwhile, a rule may depend on the identity of who asks, or this page may be wrong.'}
        </Alert>
      )}
      {unread.length > 0 && (
        <Alert kind="warn" title="Not read, so not counted here">
          {unread.map(({ name, why }) => (
            <p key={name}>
              <code>{name}</code>: {why}
            </p>
          ))}
        </Alert>
      )}
      <h3>Why</h3>
      <p>{WHY[decision.by]}</p>
      <Sources caption="Decided by" sources={decision.deciding} />
      {decision.outranked.length > 0 && (
        <>
          <h3>Less specific, so not counted</h3>
          <Sources caption="Less specific rules" sources={decision.outranked} />
        </>
      )}
      {decision.by !== 'template' && decision.depending.length > 0 && (
        <>
          <h3>Counted for some identities alone</h3>
          <Sources caption="Rules that depend on who asks" sources={decision.depending} />
        </>
      )}
    </div>
  );
}

const WHY: Readonly<Record<Decision['by'], string>> = {
  root: 'The policy root may do everything.',
  rule: 'The most specific path decides alone. Rules on the same path count together, and a deny among them leaves nothing.',
  template: 'A deny that depends on the identity of who asks denies each path that it may be about.',
  nothing: 'No rule is about this path. What no rule grants is denied.',
};

function Sources({ caption, sources }: { readonly caption: string; readonly sources: readonly Source[] }) {
  if (sources.length === 0) return null;
  return (
    <Table caption={caption} columns={['Policy', 'Path', 'Capabilities', 'Restrictions']}>
      {sources.map(({ policy, rule }, at) => (
        <tr key={at}>
          <th scope="row" className={styles.source}>
            <Link
              to="/vault/policies/$kind/$name"
              params={{ kind: 'acl', name: policy }}
              search={{ line: rule.line }}
              preload={false}
            >
              {policy}, line {rule.line}
            </Link>
          </th>
          <td>
            <RulePath of={rule.path} />
          </td>
          <td>{rule.capabilities.length === 0 ? 'none' : <Badges words={rule.capabilities} />}</td>
          <td className={styles.restrictions}>{rule.restrictions.join(' · ') || 'none'}</td>
        </tr>
      ))}
    </Table>
  );
}
