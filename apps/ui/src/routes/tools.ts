import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { frame } from './frame';

const tools = createRoute({
  getParentRoute: () => frame,
  path: '/vault/tools',
  beforeLoad: () => {
    throw redirect({ to: '/vault/tools/$tool', params: { tool: 'wrap' } });
  },
});

const tool = createRoute({
  getParentRoute: () => frame,
  path: '/vault/tools/$tool',
  component: lazyRouteComponent(() => import('../features/tools/ToolPage'), 'ToolPage'),
});

export const toolRoutes = [tools, tool] as const;
