import type { EngineResponse, PathDeclaration } from '@tidelock/engine-api';
import type { Route } from '../table/mount-table';
import { openApiDocument } from './open-api';

/** Answer to `?help=1`: of a path, or of the whole mount where its root has no pattern of its own. */
export function helpFor(route: Route): EngineResponse {
  const { mount, engine, options, relative } = route;
  const own = engine.declarationsFor(relative);
  const declarations = own.length === 0 ? engine.declarations : own;
  const help = own.length === 0 ? `${options.help}\n\n## PATHS\n\n${pathsText(declarations)}` : textOf(own);
  const openapi = openApiDocument([{ path: mount.path, type: mount.type, declarations }]);
  return { bare: true, data: { help, see_also: null, openapi } };
}

function pathsText(declarations: readonly PathDeclaration[]): string {
  const byPattern = new Map(declarations.map(({ pattern, help }) => [pattern, help]));
  return [...byPattern]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([pattern, help]) => `    ${pattern}\n        ${help}\n`)
    .join('\n');
}

const textOf = (declarations: readonly PathDeclaration[]): string =>
  declarations.map(({ operations, pattern, help }) => `${operations.join(', ')} ${pattern}\n    ${help}\n`).join('\n');
