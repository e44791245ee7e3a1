import { keysOf } from './check';
import { FOREIGN_KEYS, type ForeignKeys } from './foreign-keys';
import { load } from './load-config.testing';
import { ListenerStanza, ReplicationStanza, StorageStanza, TelemetryStanza, TopLevel } from './stanzas';

const BLOCKS: [string, ForeignKeys][] = Object.entries(FOREIGN_KEYS);
const STANZAS: Readonly<Record<string, new () => object>> = {
  '': TopLevel,
  listener: ListenerStanza,
  storage: StorageStanza,
  replication: ReplicationStanza,
  telemetry: TelemetryStanza,
};
const NAMES: Readonly<Record<string, string>> = {
  '': '',
  listener: 'listener "tcp": ',
  storage: 'storage "inmem": ',
  telemetry: 'telemetry: ',
};

/** A configuration with that line, its third, in that block. */
const withLine = (block: string, line: string): string => {
  const body = (name: string): string => (name === block ? `{\n\n${line}\n}` : '{}');
  if (block === '') return `storage "inmem" {}\n\n${line}`;
  if (block === 'storage') return `storage "inmem" ${body('storage')}`;
  return `storage "inmem" {} ${block} ${block === 'listener' ? '"tcp" ' : ''}${body(block)}`;
};

const refusals = BLOCKS.flatMap(([block, { refused = {} }]) =>
  Object.entries(refused).map(([key, refusal]) => [block, key, refusal] as const),
);
const kept = (kind: 'withoutMeaning' | 'unsupported') =>
  BLOCKS.flatMap(([block, foreign]) => (foreign[kind] ?? []).map((key) => [block, key] as const));

describe("Vault's keys that are not ours", () => {
  it.each(BLOCKS)(
    'are each of one kind, and no key of ours (%s)',
    (block, { withoutMeaning = [], unsupported = [], refused = {} }) => {
      const keys = [
        ...withoutMeaning,
        ...unsupported,
        ...Object.keys(refused),
        ...keysOf(STANZAS[block] as new () => object),
      ];
      expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
    },
  );

  it.each(kept('withoutMeaning'))('are accepted where they have no meaning (%s %s)', (block, key) => {
    expect(load(withLine(block, `${key} = "x"`)).ignored).toEqual({ withoutMeaning: [key], unsupported: [] });
  });

  it.each(kept('unsupported'))('are accepted where nobody is worse off without them (%s %s)', (block, key) => {
    expect(load(withLine(block, `${key} = "x"`)).ignored).toEqual({ withoutMeaning: [], unsupported: [key] });
  });

  it.each(refusals)('stop the start where it would matter that they are ignored (%s %s)', (block, key, { because }) => {
    expect(() => load(withLine(block, `${key} = "x"`))).toThrow(
      new RegExp(
        `tidelock\\.hcl:3: ${NAMES[block]}"${key}" is not supported: ${because.slice(0, 20).replace(/[()]/g, '\\$&')}`,
      ),
    );
    expect(because).toMatch(/Take the (?:key|block) out/);
  });

  it.each(refusals)('are taken where they ask for nothing (%s %s)', (block, key, { unless = [] }) => {
    for (const value of [
      'false',
      '"false"',
      '0',
      '"0"',
      '"0s"',
      '""',
      '[]',
      '{}',
      ...unless.map((accepted) => JSON.stringify(accepted)),
    ]) {
      expect(load(withLine(block, `${key} = ${value}`)).ignored).toEqual({ withoutMeaning: [], unsupported: [] });
    }
  });

  it('may be blocks', () => {
    expect(
      load('storage "inmem" {} service_registration "consul" { address = "x" } ha_storage "consul" {}').ignored
        .unsupported,
    ).toEqual(['ha_storage', 'service_registration']);
    expect(() => load('storage "inmem" {}\nentropy "seal" { mode = "augmentation" }')).toThrow(
      'tidelock.hcl:2: "entropy" is not supported: keys are made of this system\'s random numbers alone',
    );
  });

  it('count as in the last file that has them, and in every listener', () => {
    const two =
      'storage "inmem" {} listener "tcp" { tls_disable = true } listener "tcp" {\naddress = "127.0.0.1:9"\ntls_disable = true\nredact_version = true }';
    expect(() => load(two)).toThrow(
      /tidelock\.hcl:4: listener "tcp": "redact_version" is not supported: sys\/health, .* Take the key out, and put a proxy in front/,
    );
  });
});
