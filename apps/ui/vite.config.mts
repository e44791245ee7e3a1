import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

// The folder of the build: what the server reads (apps/server/src/node/version.ts).
const out = fileURLToPath(new URL('../../dist/apps/ui', import.meta.url));

const PARTS =
  /src\/ui\/(?:Alert|Badge|Button|Card|copy|CopyButton|Facts|Failure|format|health|HealthIcon|Loaded|Mark|PageHead|Skeleton|Table|useNow)\.tsx?$|src\/api\/(?:send|request|errors)\.ts$|\/node_modules\/react\/|renderOcticon/;
/** What draws an icon, without the helpers that it brings for browsers of long ago. */
const OCTICON = `import { createElement } from 'react';
export function t({ size = 16, ...rest }, ref, className, drawings, [height]) {
  const { width, path } = drawings[height];
  return createElement('svg', {
    'aria-hidden': rest['aria-label'] === undefined || undefined,
    className,
    viewBox: '0 0 ' + width + ' ' + height,
    width: (size * width) / height,
    height: size,
    fill: 'currentColor',
    style: { verticalAlign: 'text-bottom' },
    ...rest,
    ref,
  }, path);
}`;

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/ui/',
  plugins: [
    {
      // Icons bring a drawing for each of several sizes: the one of 16 px serves all that are shown here.
      name: 'one-size-of-icons',
      transform: (code, id) =>
        /octicons-react\/dist\/icons\//.test(id) && code.includes('\t"16": {')
          ? code
              .replace(/var heights = \[[^\]]*\]/, 'var heights = ["16"]')
              .replace(/\n\t"(?!16")\d+": \{[\s\S]*?\n\t\},?(?=\n)/g, '')
          : /octicons-react\/dist\/renderOcticon/.test(id)
            ? OCTICON
            : undefined,
    },
    {
      // No module: it is to run before the first paint.
      name: 'theme',
      transformIndexHtml: {
        order: 'post',
        handler: () => [{ tag: 'script', attrs: { src: '/ui/theme.js' }, injectTo: 'head' }],
      },
    },
  ],
  resolve: { tsconfigPaths: true },
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    outDir: out,
    emptyOutDir: true,
    target: 'es2023',
    // A data: address is not from here, so the policy would forbid it.
    assetsInlineLimit: 0,
    // A page's own imports name its scripts: a second list of them all would stand in the first script.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_, files, { hostType }) =>
        hostType === 'html' ? files : files.filter((file) => file.endsWith('.css')),
    },
    manifest: 'manifest.json',
    rolldownOptions: {
      // What nearly every page shows: each in a file of its own, compressed alone, would cost more than it saves.
      output: {
        codeSplitting: {
          groups: [
            { name: 'parts', test: PARTS },
            {
              name: 'libraries',
              test: /node_modules\/(?:react|react-dom|scheduler|@tanstack\/(?:react-router|router-core|history|react-store|store|query-core|react-query))\//,
            },
          ],
        },
      },
      onLog(level, log, handler) {
        // "use client" has no meaning here.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handler(level, log);
      },
    },
  },
  server: { host: '127.0.0.1', proxy: { '/v1': process.env['TIDELOCK_ADDR'] ?? 'http://127.0.0.1:8200' } },
});
