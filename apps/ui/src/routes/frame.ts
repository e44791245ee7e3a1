import { createRootRoute, createRoute, redirect } from '@tanstack/react-router';
import { sessionStore } from '../session/session';
import { askedOthers } from '../session/tabs';
import { Frame } from '../shell/Frame';
import { Gate } from '../shell/Gate';
import { NoSuchPage } from '../ui/NoSuchPage';

export const root = createRootRoute({ component: Gate });

/** Pages of who is signed in. */
export const frame = createRoute({
  getParentRoute: () => root,
  id: 'frame',
  component: Frame,
  beforeLoad: async ({ location }) => {
    await askedOthers;
    if (sessionStore.get() === undefined) throw redirect({ to: '/vault/auth', search: { redirect_to: location.href } });
  },
});

/** An address that leads nowhere: who is signed in goes on from there. */
export const nowhere = createRoute({ getParentRoute: () => frame, path: '$', component: NoSuchPage });
