import { AlertIcon, CheckCircleFillIcon, StopIcon } from '@primer/octicons-react';
import type { CodeProblem } from '../../ui/code';
import styles from './policies.module.css';

interface ProblemsProps {
  readonly problems: readonly CodeProblem[];
  readonly onGo: (problem: CodeProblem) => void;
}

const AT_MOST = 50;

/** What is wrong with the text, in words: each leads to its place. */
export function Problems({ problems, onGo }: ProblemsProps) {
  const inOrder = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  return (
    <div role="status" aria-label="Checks">
      {problems.length === 0 ? (
        <p className={styles.fine}>
          <CheckCircleFillIcon /> Nothing wrong with it
        </p>
      ) : (
        <ul className={styles.problems}>
          {inOrder.slice(0, AT_MOST).map((problem, at) => (
            <li key={at} data-kind={problem.kind}>
              <button type="button" onClick={() => onGo(problem)}>
                {problem.kind === 'error' ? <StopIcon aria-label="Error" /> : <AlertIcon aria-label="Warning" />}
                <span className={styles.place}>
                  {problem.line}:{problem.column}
                </span>
                {problem.text}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
