import { createRoute, lazyRouteComponent, notFound, redirect } from '@tanstack/react-router';
import { frame } from './frame';

interface LineSearch {
  readonly line?: number;
}

interface TestSearch {
  readonly path?: string;
  readonly policy?: string;
}

const toAcl = createRoute({
  getParentRoute: () => frame,
  path: '/vault/policies',
  beforeLoad: () => {
    throw redirect({ to: '/vault/policies/$kind', params: { kind: 'acl' } });
  },
});

const test = createRoute({
  getParentRoute: () => frame,
  path: '/vault/policies/test',
  component: lazyRouteComponent(() => import('../features/policies/TesterPage'), 'TesterPage'),
  validateSearch: ({ path, policy }: Record<string, unknown>): TestSearch => ({
    ...(path !== undefined && { path: String(path) }),
    ...(policy !== undefined && { policy: String(policy) }),
  }),
});

const check = (kind: string): void => {
  if (kind !== 'acl' && kind !== 'password') throw notFound();
};

const list = createRoute({
  getParentRoute: () => frame,
  path: '/vault/policies/$kind',
  beforeLoad: ({ params }) => check(params.kind),
  component: lazyRouteComponent(() => import('../features/policies/PoliciesPage'), 'PoliciesPage'),
});

const create = createRoute({
  getParentRoute: () => frame,
  path: '/vault/policies/$kind/create',
  beforeLoad: ({ params }) => check(params.kind),
  component: lazyRouteComponent(() => import('../features/policies/CreatePolicyPage'), 'CreatePolicyPage'),
});

const show = createRoute({
  getParentRoute: () => frame,
  path: '/vault/policies/$kind/$name',
  beforeLoad: ({ params }) => check(params.kind),
  component: lazyRouteComponent(() => import('../features/policies/PolicyPage'), 'PolicyPage'),
  validateSearch: ({ line }: Record<string, unknown>): LineSearch => ({
    ...(Number.isInteger(line) && { line: line as number }),
  }),
});

const edit = createRoute({
  getParentRoute: () => frame,
  path: '/vault/policies/$kind/$name/edit',
  beforeLoad: ({ params }) => check(params.kind),
  component: lazyRouteComponent(() => import('../features/policies/EditPolicyPage'), 'EditPolicyPage'),
});

export const policyRoutes = [toAcl, test, list, create, show, edit] as const;
