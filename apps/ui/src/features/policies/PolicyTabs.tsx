import { Link } from '@tanstack/react-router';
import styles from './policies.module.css';

export const PolicyTabs = () => (
  <nav className={styles.tabs} aria-label="Policies">
    <Link to="/vault/policies/$kind" params={{ kind: 'acl' }} activeOptions={{ exact: true }}>
      ACL policies
    </Link>
    <Link to="/vault/policies/$kind" params={{ kind: 'password' }} activeOptions={{ exact: true }}>
      Password policies
    </Link>
    <Link to="/vault/policies/test" activeOptions={{ exact: true, includeSearch: false }}>
      Tester
    </Link>
  </nav>
);
