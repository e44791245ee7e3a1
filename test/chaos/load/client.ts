import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiAnswer } from '../../harness/api';
import type { Holding } from '../history/history';
import type { Recorder } from '../history/recorder';
import type { Action, Operation } from '../history/operation';
import type { Random } from '../random';
import type { Member } from '../world/member';
import type { World } from '../world/world';
import { indexOf, isStale, outcomeOf } from './answers';
import { LOG, type RegisterKind, REGISTERS, VERSIONED } from './registers';
import { makeToken, rotate } from './side-work';

/** Between two operations of a client, ms. */
const PAUSE = [10, 120] as const;
const MORE_READS_THAN_CHANGES = 0.5;

/** Asked of a register: drawn before anything is known of the answer, so that a seed tells what is asked. */
interface Order {
  readonly member: Member;
  readonly kind: RegisterKind;
  readonly name: string;
  readonly action: Action;
  readonly bound: boolean;
  readonly consistent: boolean;
}

interface Asked {
  readonly value?: string | undefined;
  readonly cas?: number | undefined;
  /** Replicated index of the state that is sent along. */
  readonly stated?: number | undefined;
  send(): Promise<ApiAnswer>;
}

/** One client: does one thing after the other, chosen by its own series of random numbers, until told to stop. */
export class Client {
  private writes = 0;
  /** The last operation led to nothing: a patient client waits longer before the next. */
  private disappointed = false;
  /** The last `X-Vault-Index` that this client was given. */
  private state: { readonly header: string; readonly index: number } | undefined;
  private readonly versions = new Map<string, number>();

  constructor(
    private readonly id: number,
    private readonly round: number,
    private readonly world: World,
    private readonly recorder: Recorder,
    private readonly random: Random,
  ) {}

  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await this.step();
      const pause = this.random.integer(...PAUSE);
      await sleep(this.disappointed ? pause * 5 : pause);
    }
  }

  private async step(): Promise<void> {
    const { random, world, recorder } = this;
    const order = this.draw();
    const side = random.fraction();
    if (side < 0.03) return makeToken(order.member, recorder);
    if (side < 0.033) return rotate(world.primary, recorder);
    if (side < 0.07) await this.duel();
    else await this.perform(order);
  }

  /** Several check-and-sets on the same version at the same time, wherever: one of them may win. */
  private async duel(): Promise<void> {
    const { random, world, round } = this;
    const name = `r${round}s${random.integer(1, VERSIONED.count)}`;
    const members = [world.primary, world.primary, random.pick(world.members)];
    await Promise.all(
      members.map((member) =>
        this.perform({ member, kind: VERSIONED, name, action: 'write', bound: true, consistent: false }),
      ),
    );
  }

  private draw(): Order {
    const { random, world } = this;
    const kind = random.weighted(REGISTERS);
    const asked = random.pick(world.members);
    const reads = random.chance(MORE_READS_THAN_CHANGES);
    const deletes = random.chance(kind.removals ?? 0.125);
    const slot = random.integer(1, Math.max(1, kind.count));
    const [bound, consistent] = [random.chance(0.5), random.chance(0.5)];
    const action: Action = reads && kind !== LOG ? 'read' : deletes && kind !== LOG ? 'delete' : 'write';
    const name = kind === LOG ? `r${this.round}c${this.id}n${this.writes}` : `r${this.round}s${slot}`;
    const member = kind.primaryOnly && action !== 'read' ? world.primary : asked;
    return { member, kind, name, action, bound, consistent };
  }

  private async perform(order: Order): Promise<void> {
    const { recorder, world } = this;
    const { member, kind, name, action } = order;
    const { era, primary } = world;
    const asked = this.ask(order, `${kind.name}/${name}`);
    const start = recorder.now();
    const answer = await asked.send().catch(() => undefined);
    const sameEra = era !== undefined && era === world.era;
    const operation: Operation = {
      client: this.id,
      cluster: member.name,
      action,
      key: `${kind.name}/${name}`,
      start,
      end: recorder.now(),
      outcome: outcomeOf(answer, action === 'read'),
      status: answer?.status ?? 0,
      value: asked.value,
      cas: asked.cas,
      stated: asked.stated,
      ...(action === 'read' ? sightIn(answer, order) : effectOf(answer)),
      atPrimary: member === primary && sameEra,
      era: sameEra ? era : undefined,
    };
    recorder.operations.push(operation);
    this.remember(operation, answer);
  }

  /** How an order is sent, with what it says. */
  private ask({ member, kind, name, action, bound, consistent }: Order, key: string): Asked {
    const api = member.root;
    if (action === 'delete') return { send: () => kind.remove(api, name) };
    if (action === 'write') {
      const value = `r${this.round}c${this.id}v${(this.writes += 1)}`;
      const cas = kind.versioned && bound ? (this.versions.get(key) ?? 0) : undefined;
      return { value, cas, send: () => kind.write(api, name, value, cas) };
    }
    const state = consistent ? this.state : undefined;
    return { stated: state?.index, send: () => kind.read(api, name, state ? { 'X-Vault-Index': state.header } : {}) };
  }

  private remember({ key, version, index, outcome }: Operation, answer: ApiAnswer | undefined): void {
    this.disappointed = outcome === 'unknown';
    if (version !== undefined) this.versions.set(key, version);
    if (index !== undefined) this.state = { header: answer?.headers.get('x-vault-index') as string, index };
  }
}

/** What a read shows. */
function sightIn(answer: ApiAnswer | undefined, { kind, name }: Order): Holding {
  return answer !== undefined && outcomeOf(answer, true) === 'done' ? kind.holding(answer, name) : {};
}

/** What is told of a change. */
const effectOf = (answer: ApiAnswer | undefined) => ({
  index: indexOf(answer),
  applied: answer !== undefined && !isStale(answer),
  ...(typeof answer?.body?.data?.version === 'number' && { version: answer.body.data.version as number }),
});
