import { resolvedOf } from '../request/context';
import type { TransactionStep } from './step';

/** Who has logged in. Asked with no unit of work open: on a secondary the primary makes the entity. Another attempt does not ask for the same login again. */
export const identifyLogin: TransactionStep = (context, rooms) => {
  const { grant } = context.response ?? {};
  if (grant?.alias === undefined) {
    delete context.login;
    return;
  }
  const { mount } = resolvedOf(context);
  const login = JSON.stringify([mount.accessor, grant.alias, grant.groupAliases, grant.entityMetadata]);
  if (context.login?.of === login) return;
  return async () => {
    context.login = { of: login, entity: await rooms.identity.entityOf(grant, mount) };
  };
};
