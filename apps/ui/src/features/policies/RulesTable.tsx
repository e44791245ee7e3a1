import { CheckIcon, XCircleFillIcon } from '@primer/octicons-react';
import { CAPABILITIES, isDeny, isTemplate, type PolicyRule, type PolicyText } from './policy-rule';
import styles from './policies.module.css';
import { RulePath } from './RulePath';

const USUAL: readonly string[] = ['create', 'read', 'update', 'patch', 'delete', 'list', 'sudo'];

/** Paths by capabilities. */
export function RulesTable({ rules, problems }: PolicyText) {
  if (rules.length === 0)
    return (
      <p className={styles.note}>
        {problems.length > 0
          ? 'The rules show once the text can be read.'
          : 'There is no rule in it: it grants nothing.'}
      </p>
    );
  const columns = CAPABILITIES.filter(
    (name) =>
      USUAL.includes(name) || (name !== 'deny' && rules.some(({ capabilities }) => capabilities.includes(name))),
  );
  return (
    // Scrolls by keyboard, too.
    <div className={styles.scroll} tabIndex={0} role="region" aria-label="Rules">
      <table className={styles.matrix}>
        <thead>
          <tr>
            <th scope="col">Path</th>
            {columns.map((name) => (
              <th key={name} scope="col" className={styles.cell}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rules.map((rule, at) => (
            <tr key={at}>
              <PathCell rule={rule} />
              {isDeny(rule) ? (
                <td colSpan={columns.length}>
                  <span className={styles.denied}>
                    <XCircleFillIcon /> deny
                  </span>
                </td>
              ) : (
                columns.map((name) => <Cell key={name} isGranted={rule.capabilities.includes(name)} />)
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const PathCell = ({ rule }: { readonly rule: PolicyRule }) => (
  <th scope="row">
    <RulePath of={rule.path} />
    {isTemplate(rule) && <p className={styles.note}>depends on who asks</p>}
    {rule.restrictions.map((text) => (
      <p key={text} className={styles.note}>
        {text}
      </p>
    ))}
  </th>
);

const Cell = ({ isGranted }: { readonly isGranted: boolean }) => (
  <td className={styles.cell}>
    {isGranted ? (
      <>
        <span className={styles.granted}>
          <CheckIcon />
        </span>
        <span className="visually-hidden">yes</span>
      </>
    ) : (
      <span className="visually-hidden">no</span>
    )}
  </td>
);
