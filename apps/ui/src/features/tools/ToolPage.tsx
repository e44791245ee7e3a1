import { Link, useParams } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { useMay } from '../../session/may';
import { Alert } from '../../ui/Alert';
import { PageHead } from '../../ui/PageHead';
import { Tabs } from '../../ui/Tabs';
import { HashTool } from './HashTool';
import { RandomTool } from './RandomTool';
import { LookupTool, RewrapTool, UnwrapTool } from './WrappingTools';
import { WrapTool } from './WrapTool';

interface Tool {
  readonly title: string;
  readonly note: string;
  /** What the token needs to use it; absent: the wrapping token is enough. */
  readonly path?: string;
  readonly Form: ComponentType;
}

const TOOLS: Readonly<Record<string, Tool>> = {
  wrap: {
    title: 'Wrap',
    note: 'Put something behind a token that opens it once.',
    path: 'sys/wrapping/wrap',
    Form: WrapTool,
  },
  lookup: { title: 'Lookup', note: 'What is known of a wrapping token, without opening it.', Form: LookupTool },
  unwrap: { title: 'Unwrap', note: 'Open a wrapping token: this can be done once.', Form: UnwrapTool },
  rewrap: { title: 'Rewrap', note: 'Put the same behind a new token, before the old one ends.', Form: RewrapTool },
  random: {
    title: 'Random',
    note: "Bytes from the server's random numbers.",
    path: 'sys/tools/random',
    Form: RandomTool,
  },
  hash: { title: 'Hash', note: 'The digest of a text or of bytes.', path: 'sys/tools/hash', Form: HashTool },
};
const PATHS = Object.values(TOOLS).flatMap(({ path }) => path ?? []);

export function ToolPage() {
  const { tool: name } = useParams({ from: '/frame/vault/tools/$tool' });
  const may = useMay(...PATHS);
  const tool = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
  return (
    <>
      <PageHead title={tool?.title ?? 'Tools'} note={tool?.note} />
      <Tabs label="Tools">
        {Object.entries(TOOLS)
          .filter(([key, { path }]) => key === name || path === undefined || may(path, 'update'))
          .map(([key, { title }]) => (
            <Link key={key} to="/vault/tools/$tool" params={{ tool: key }}>
              {title}
            </Link>
          ))}
      </Tabs>
      {tool === undefined ? (
        <Alert kind="warn" title={`There is no tool ${name}.`}>
          Choose one above.
        </Alert>
      ) : (
        // Nothing that stood in one form is seen in the next.
        <tool.Form key={name} />
      )}
    </>
  );
}
