import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '../..');
export const inRoot = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
/** A path in the image, here. */
export const native = (path: string): string => path.replace(/^\/app\//, `${ROOT}/`);

export interface Service {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const yaml = jest.requireActual<{ load(text: string): unknown }>('js-yaml');
export const compose = yaml.load(inRoot('docker-compose.yml')) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
export const services = Object.entries(compose.services);

/** Instructions of the Dockerfile's last stage or of all: [keyword, the rest]. */
const instructions = inRoot('Dockerfile')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line))
  .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const);
export const argumentsOf = (keyword: string): string[] =>
  instructions.filter(([found]) => found === keyword).map(([, rest]) => rest);
