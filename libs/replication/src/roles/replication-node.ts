import { badRequest, TidelockError } from '@tidelock/kernel';
import type { LocalStore } from '@tidelock/store';
import type { CallOptions } from '../cluster-port/cluster-client';
import type { ActivationBundle } from '../join/bundle';
import { type ActivationOrder, type Admission, askForAdmission } from '../join/joiner';
import type { RotatedKey } from '../keys/stream-key-rotation';
import { type OpenStream, PrimaryRole } from './primary-role';
import { NO_ROLE, readRole, type ReplicationMode, type Role } from './role-store';
import { type OpenFollower, SecondaryRole } from './secondary-role';
import type { ReplicationParts } from './settings';

/** How the broker is reached in each role. */
export interface StreamAdapters {
  readonly openStream: OpenStream;
  readonly openFollower: OpenFollower;
}

/** This cluster's place in its replication set: which role it has, and how it changes. */
export class ReplicationNode {
  private current: PrimaryRole | SecondaryRole | undefined;
  private sealedRole: Role | undefined;
  private changing = false;

  constructor(
    private readonly parts: ReplicationParts,
    private readonly adapters: StreamAdapters,
  ) {
    parts.store.guardReplicatedWrites(() => {
      if (this.isSecondary) throw new TidelockError('READ_ONLY_REPLICA');
    });
  }

  /** Reads the role from the store; does not start anything. Called once the store is open, sealed or not. */
  async load(): Promise<void> {
    this.sealedRole = await readRole(this.parts.store.local);
  }

  get role(): Role {
    return this.current?.role ?? this.sealedRole ?? NO_ROLE;
  }

  get mode(): ReplicationMode {
    return this.role.mode;
  }

  get isSecondary(): boolean {
    return this.mode === 'secondary' || this.mode === 'bootstrapping';
  }

  get asPrimary(): PrimaryRole | undefined {
    return this.current instanceof PrimaryRole ? this.current : undefined;
  }

  get asSecondary(): SecondaryRole | undefined {
    return this.current instanceof SecondaryRole ? this.current : undefined;
  }

  /** Takes the role up again after an unseal. */
  async resume(): Promise<void> {
    const role = await readRole(this.parts.store.local);
    this.sealedRole = role;
    if (role.mode === 'primary') this.current = await PrimaryRole.start(this.parts, role, this.adapters.openStream);
    else if (role.mode !== 'disabled') this.current = await SecondaryRole.start(this.parts, role, this.adapters.openFollower);
  }

  /** Lets go of everything that needs keys, before a seal or a stop. */
  async pause(): Promise<void> {
    const role = this.current;
    this.sealedRole = this.role;
    this.current = undefined;
    await role?.stop();
  }

  /**
   * @param primaryClusterAddr empty, or `https://host:port`.
   * @throws {TidelockError} INVALID_REQUEST on a secondary, without a broker, or for an address that is none.
   */
  async enablePrimary(primaryClusterAddr: string): Promise<void> {
    if (primaryClusterAddr !== '' && !isClusterAddress(primaryClusterAddr)) {
      throw badRequest(`primary_cluster_addr must be an address such as https://primary.example.com:8201, not "${primaryClusterAddr}"`);
    }
    const primary = this.asPrimary;
    if (primary) return primary.advertise(primaryClusterAddr);
    if (this.isSecondary) throw badRequest('cluster is already a performance replication secondary; it must be promoted');
    if (this.parts.settings.broker === undefined) {
      throw badRequest('replication needs a broker: add a broker "kafka" stanza to the configuration and restart');
    }
    await this.once(async () => {
      const role = await PrimaryRole.found(this.parts, primaryClusterAddr);
      this.current = await PrimaryRole.start(this.parts, role, this.adapters.openStream);
    });
  }

  admit(id: string, local: LocalStore): Promise<ActivationBundle> {
    return this.requirePrimary().admit(id, local);
  }

  /** What to tell the one who makes an activation token. */
  activationWarnings(id: string): Promise<string[]> {
    return this.requirePrimary().access.warnings(id);
  }

  revokeSecondary(id: string): Promise<void> {
    return this.requirePrimary().revoke(id);
  }

  rotateStreamKey(): Promise<RotatedKey> {
    return this.requirePrimary().rotateStreamKey();
  }

  /** First half of an activation: the primary's word. Nothing here has changed when this fails. */
  async askForAdmission(order: ActivationOrder): Promise<Admission> {
    if (this.mode !== 'disabled' || this.changing) {
      throw badRequest(`performance replication is already enabled on this cluster in "${this.mode}" mode`);
    }
    const { host, settings: { development, broker }, access } = this.parts;
    const principal = broker && access.principalOf(broker);
    return this.once(() => askForAdmission(host, order, { development, ...(broker && { broker: { ...(principal && { principal }) } }) }));
  }

  /** Second half: the wipe and the keys; the first copy begins as the service comes up again. */
  async join(admission: Admission): Promise<void> {
    const { host } = this.parts;
    await this.once(() => host.restart(() => SecondaryRole.takeOver(this.parts, admission)));
  }

  /** A call to the primary's cluster port. @throws {TidelockError} PRIMARY_UNREACHABLE, or the primary's own error. */
  callPrimary<T>(name: string, body: unknown, options?: CallOptions): Promise<T> {
    const secondary = this.asSecondary;
    if (secondary === undefined) throw badRequest('performance replication secondary mode is not enabled on this cluster');
    return secondary.call<T>(name, body, options);
  }

  /** An id for the `X-Vault-Index` header: states of one set compare with each other. */
  stateClusterId(ownClusterId: string): string {
    return this.role.setId || ownClusterId;
  }

  private requirePrimary(): PrimaryRole {
    const primary = this.asPrimary;
    if (primary === undefined) throw badRequest('performance replication primary mode is not enabled on this cluster');
    return primary;
  }

  /** One change of role at a time. */
  private async once<T>(change: () => Promise<T>): Promise<T> {
    if (this.changing) throw badRequest('another change of the replication role is under way');
    this.changing = true;
    try {
      return await change();
    } finally {
      this.changing = false;
    }
  }
}

const isClusterAddress = (text: string): boolean => URL.canParse(text) && new URL(text).protocol === 'https:';
