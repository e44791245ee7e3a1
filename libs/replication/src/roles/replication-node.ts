import { badRequest, type TidelockError } from '@tidelock/kernel';
import type { CallOptions } from '../cluster-port/cluster-client';
import { requireFree } from '../cluster-port/listening';
import type { Filtering } from '../filter/filtering';
import { type ActivationOrder, type Admission, admissionFrom, inspectActivation } from '../join/joiner';
import type { SetKeys } from '../keys/set-keys';
import { onlyDiscardable, reapply, reapplyEach } from '../quarantine/reapply';
import { demote, drain } from './demotion';
import { leavesKeysBehind } from './keyring-change';
import type { SafetyCheck } from './promotion-checks';
import { Promotion, type PromotionOrder } from './promotion';
import { addressesThatAnswer, rejoin, rejoinWithSetsKeys, requireSameSet } from './rejoin';
import { createSet } from './replication-set';
import { RoleHolder } from './role-holder';
import type { SecondaryRole } from '../secondary/secondary-role';
import { takeOver } from './take-over';

/** This cluster's place in its replication set: how its role changes, and what is asked of it in each. */
export class ReplicationNode extends RoleHolder {
  /**
   * @param primaryClusterAddr empty, or `https://host:port`.
   * @throws {TidelockError} INVALID_REQUEST on a secondary, without a broker, or for an address that is none.
   */
  async enablePrimary(primaryClusterAddr: string): Promise<void> {
    requireClusterAddress(primaryClusterAddr);
    const primary = this.asPrimary;
    if (primary) return primary.advertise(primaryClusterAddr);
    this.requireNotSecondary();
    if (this.parts.settings.broker === undefined) throw noBroker();
    await this.changes.once(async () => {
      await requireFree(this.parts.settings.clusterListener);
      await this.changes.orRecover(() => createSet(this.parts, primaryClusterAddr));
    });
  }

  /**
   * @returns mutations that no other cluster can have, because the broker has not got them.
   * @throws {TidelockError} INVALID_REQUEST when there are any, unless forced.
   */
  async demote(force: boolean): Promise<number> {
    const primary = this.requirePrimary();
    return this.changes.withoutWrites(async () => {
      const unpublished = await drain(this.parts, primary, force, () => this.changes.requireNoInterruption());
      await this.changes.orRecover(() => demote(this.parts, primary, unpublished === 0));
      return unpublished;
    });
  }

  /** @throws {TidelockError} INVALID_REQUEST naming the checks that fail, unless forced. */
  async promote(order: PromotionOrder): Promise<void> {
    requireClusterAddress(order.primaryClusterAddr);
    const secondary = this.requireFollowing();
    // From the first check on: a second promotion would take the stream from this one, as the secondary that it no longer is.
    await this.changes.once(() =>
      this.withBroker(secondary, async (promotion) => {
        await promotion.requireSafe(order);
        await requireFree(this.parts.settings.clusterListener);
        await this.changes.holdingWrites(async () => {
          this.changes.requireNoInterruption();
          await promotion.takeStreamOver(order);
          await this.changes.orRecover(async () => {
            await secondary.stop();
            return promotion.startEpoch(order);
          });
        });
      }),
    );
  }

  /** What a promotion would find: for a preview. */
  promotionChecks(): Promise<SafetyCheck[]> {
    return this.withBroker(this.requireFollowing(), (promotion) => promotion.checks());
  }

  /** Leaves the set as its primary. Secondaries keep what they have. */
  async disablePrimary(): Promise<void> {
    await this.leave(this.requirePrimary());
  }

  /** Leaves the set as a secondary, keeping the data: a cluster of its own from here on, with the set's keys. */
  async disableSecondary(): Promise<void> {
    const secondary = this.requireSecondary();
    const bootstrapping = this.mode === 'bootstrapping';
    await this.leave(secondary);
    if (bootstrapping) await this.parts.host.open();
  }

  /** Stays a secondary that follows nobody. */
  async forgetPrimary(): Promise<void> {
    const secondary = this.requireFollowing();
    await this.changes.once(() => this.changes.orRecover(() => secondary.forgetPrimary()));
  }

  /** Other addresses of the same primary: those that answer are kept, in this order. */
  async updatePrimaryAddresses(addresses: readonly string[]): Promise<readonly string[]> {
    for (const address of addresses) requireClusterAddress(address);
    const secondary = this.requireFollowing();
    return this.changes.once(async () => {
      const answering = await addressesThatAnswer(this.parts, secondary.role, addresses);
      await this.changes.orRecover(async () => {
        await secondary.stop();
        await secondary.useAddresses(answering);
        return secondary.role;
      });
      return answering;
    });
  }

  /** Those of other addresses at which the same primary answers. */
  answeringAddresses(addresses: readonly string[]): Promise<readonly string[]> {
    for (const address of addresses) requireClusterAddress(address);
    return addressesThatAnswer(this.parts, this.requireFollowing().role, addresses);
  }

  /** Whether a change to another primary could begin, without using the token up. */
  async inspectReadmission(order: ActivationOrder): Promise<{ readonly primary: string }> {
    this.requireFollowing();
    const { primary } = await inspectActivation(this.parts, order);
    return { primary };
  }

  /** First half of a change to another primary of the set: its word. Nothing here has changed when this fails. */
  async askForReadmission(order: ActivationOrder): Promise<Admission> {
    const { role } = this.requireFollowing();
    const admission = await this.changes.once(() => admissionFrom(this.parts, order));
    requireSameSet(role, admission);
    return admission;
  }

  /** Second half: follows that primary from now on, without a wipe. */
  async rejoin(admission: Admission): Promise<void> {
    const secondary = this.requireFollowing();
    requireSameSet(secondary.role, admission);
    const { host } = this.parts;
    if (leavesKeysBehind(this.parts, admission)) {
      return this.changes.once(() =>
        host.reopen(() => rejoinWithSetsKeys(this.withQuarantine, secondary.role, admission)),
      );
    }
    await this.changes.once(() =>
      this.changes.orRecover(async () => {
        await secondary.stop();
        return rejoin(this.withQuarantine, secondary.role, admission);
      }),
    );
  }

  /** Which secondary is given what. @throws {TidelockError} INVALID_REQUEST when this is no primary. */
  get filtering(): Filtering {
    return this.requirePrimary().filtering;
  }

  /** Whether an activation could begin, without using the token up. */
  async inspectActivation(order: ActivationOrder): Promise<{ readonly primary: string }> {
    this.requireNoRole();
    const { primary } = await inspectActivation(this.parts, order);
    return { primary };
  }

  /** First half of an activation: the primary's word. Nothing here has changed when this fails. */
  async askForAdmission(order: ActivationOrder): Promise<Admission> {
    this.requireNoRole();
    return this.changes.once(() => admissionFrom(this.parts, order));
  }

  /** Second half: the wipe and the keys; the first copy begins as the service comes up again. */
  async join(admission: Admission): Promise<void> {
    this.requireNoRole();
    const { host } = this.parts;
    await this.changes.once(() => host.reopen(() => takeOver(this.parts, admission)));
  }

  /** Writes mutations out of quarantine anew, here or on the primary, one after the other; each leaves the quarantine when it is written. */
  async reapplyQuarantined(indexes: readonly number[]): Promise<void> {
    await reapplyEach(this.quarantine, indexes, this.parts.mounts, async (call) => {
      if (this.asSecondary) await this.callPrimary('reapply', call);
      // Its own: it was this cluster that wrote it, and an operator here who has it back.
      else await reapply(this.parts.store, call, async () => undefined);
    });
  }

  /** Which of them can only be discarded, and why. @throws {TidelockError} INVALID_REQUEST naming the first index that is not there. */
  async onlyDiscardable(indexes: readonly number[]): Promise<ReturnType<typeof onlyDiscardable>> {
    return onlyDiscardable(await this.quarantine.take(indexes), this.parts.mounts);
  }

  /** A call to the primary's cluster port. @throws {TidelockError} PRIMARY_UNREACHABLE, or the primary's own error. */
  async callPrimary<T>(name: string, body: unknown, options?: CallOptions): Promise<T> {
    return this.requireSecondary().call<T>(name, body, options);
  }

  /** What the set keeps in memory, from the primary; `undefined` where this cluster has none. @throws as `callPrimary` does. */
  async setKeys(): Promise<SetKeys | undefined> {
    return this.asSecondary?.setKeys();
  }

  /** An id for the `X-Vault-Index` header: states of one set compare with each other. */
  stateClusterId(ownClusterId: string): string {
    return this.role.setId || ownClusterId;
  }

  private async withBroker<T>(secondary: SecondaryRole, work: (promotion: Promotion) => Promise<T>): Promise<T> {
    const { broker } = secondary;
    if (broker === undefined) throw noBroker();
    const access = this.streams.openBroker(broker);
    try {
      return await work(new Promotion(this.parts, secondary, broker, access));
    } finally {
      await Promise.all([access.publisher.close(), access.consumer.close()]);
    }
  }
}

/** @throws {TidelockError} INVALID_REQUEST for an address that is neither empty nor `https://host:port`. */
function requireClusterAddress(address: string): void {
  if (address === '' || (URL.canParse(address) && new URL(address).protocol === 'https:')) return;
  throw badRequest(
    `primary_cluster_addr must be an address such as https://primary.example.com:8201, not "${address}"`,
  );
}

const noBroker = (): TidelockError =>
  badRequest('replication needs a broker: add a broker "kafka" stanza to the configuration and restart');
