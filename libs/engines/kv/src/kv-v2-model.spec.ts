import { engineRequest, MemoryStorage } from '@tidelock/engine-testing';
import { stringifyJson } from '@tidelock/kernel';
import * as fc from 'fast-check';
import { KvV2Engine } from './kv-v2-engine';

interface ModelVersion {
  data: unknown;
  state: 'live' | 'deleted' | 'destroyed';
}

/** What a secret ought to be: its versions by number, of which the last ten are kept. */
class Model {
  readonly versions = new Map<number, ModelVersion>();
  latest = 0;

  write(data: unknown): void {
    this.latest += 1;
    this.versions.set(this.latest, { data, state: 'live' });
    this.versions.delete(this.latest - 10);
  }

  change(numbers: readonly number[], from: readonly ModelVersion['state'][], to: ModelVersion['state']): void {
    for (const number of numbers) {
      const version = this.versions.get(number);
      if (version && from.includes(version.state)) version.state = to;
    }
  }
}

const numbers = fc.array(fc.integer({ min: 1, max: 14 }), { minLength: 1, maxLength: 4 });
const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('write' as const), data: fc.dictionary(fc.string(), fc.jsonValue()) }),
  },
  fc.record({ kind: fc.constant('deleteLatest' as const) }),
  fc.record({ kind: fc.constantFrom('delete' as const, 'undelete' as const, 'destroy' as const), numbers }),
  fc.record({ kind: fc.constant('remove' as const) }),
);

type Step = typeof operation extends fc.Arbitrary<infer T> ? T : never;

const at = (raw: Record<string, unknown>) => engineRequest({ params: { path: 'a' }, raw });

function apply(step: Step, engine: KvV2Engine, storage: MemoryStorage): Promise<unknown> {
  switch (step.kind) {
    case 'write':
      return engine.writeData(at({ data: step.data }), storage);
    case 'deleteLatest':
      return engine.deleteLatest(at({}), storage);
    case 'delete':
      return engine.deleteVersions(at({ versions: step.numbers }), storage);
    case 'undelete':
      return engine.undeleteVersions(at({ versions: step.numbers }), storage);
    case 'destroy':
      return engine.destroyVersions(at({ versions: step.numbers }), storage);
    case 'remove':
      return engine.deleteSecret(at({}), storage);
  }
}

function expectAfter(step: Step, model: Model): Model {
  if (step.kind === 'remove') return new Model();
  if (step.kind === 'write') model.write(step.data);
  if (step.kind === 'deleteLatest') model.change([model.latest], ['live'], 'deleted');
  if (step.kind === 'delete') model.change(step.numbers, ['live'], 'deleted');
  if (step.kind === 'undelete') model.change(step.numbers, ['deleted'], 'live');
  if (step.kind === 'destroy') model.change(step.numbers, ['live', 'deleted'], 'destroyed');
  return model;
}

describe('KvV2Engine, against a model', () => {
  it('agrees on every version after any operations', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 40 }), async (operations) => {
        const [engine, storage] = [new KvV2Engine(), new MemoryStorage()];
        let model = new Model();
        for (const step of operations) {
          await apply(step, engine, storage);
          model = expectAfter(step, model);
        }
        for (let number = 1; number <= model.latest + 1; number++) {
          const expected = model.versions.get(number);
          const reading = engine.readData(at({ version: number }), storage);
          if (expected === undefined) {
            await expect(reading).rejects.toMatchObject({ status: 404 });
            continue;
          }
          const answer = await reading;
          expect(answer?.status ?? 200).toBe(expected.state === 'live' ? 200 : 404);
          const shown = JSON.parse(stringifyJson(answer?.data)) as { data: unknown };
          expect(shown.data).toEqual(expected.state === 'live' ? JSON.parse(JSON.stringify(expected.data)) : null);
        }
        const kept = [...model.versions.values()].filter(({ state }) => state !== 'destroyed').length;
        expect([...storage.entries.keys()].filter((key) => key.startsWith('data/'))).toHaveLength(kept);
      }),
    );
  });
});
