import type { AuthBlock, Caller, WrapInfo } from '@tidelock/engine-api';
import { rfc3339 } from '@tidelock/kernel';
import type { AuditMount, AuditRequest, AuditResponse } from './audit-entry';
import type { AuditedHeaders } from './audited-headers';
import type { LineOptions } from './device-options';
import { gather } from './gather';
import { ALL, elideList, hashedJson, type HashText, type TextHashing } from './hash-data';
import type { Hasher } from './hasher';
import { quote } from './quote';

const ANONYMOUS = '{"token_type":"default"}';
const asIs: HashText = (text) => text;

/** A device's lines: Vault's entries (documentation "Audit devices"), one JSON document each, hashed with the device's salt. */
export class LineFormatter {
  private readonly hash: HashText;
  private readonly hashing: TextHashing;
  private readonly hashToken: HashText;
  private readonly hashAccessor: HashText;
  /** A response repeats what was logged of its request. */
  private readonly requestParts = new WeakMap<AuditRequest, string>();
  private readonly callerParts = new WeakMap<Caller, string>();

  constructor(
    hasher: Hasher,
    private readonly options: LineOptions,
  ) {
    this.hash = options.raw ? asIs : (text) => hasher.hash(text);
    this.hashing = { hash: this.hash, hashLong: (text) => hasher.hashLong(text) };
    this.hashToken = options.raw ? asIs : (text) => (text === '' ? '' : hasher.hashRecurring(text));
    this.hashAccessor = options.raw || !options.hashAccessors ? asIs : this.hashToken;
  }

  async request(entry: AuditRequest, headers: AuditedHeaders): Promise<string> {
    const parts = await this.partsOf(entry, headers);
    return `${this.options.prefix}{"time":"${rfc3339(entry.time)}"${parts},"type":"request"}`;
  }

  async response(entry: AuditResponse, headers: AuditedHeaders): Promise<string> {
    const parts = await this.partsOf(entry.request, headers);
    const error = entry.error === undefined ? '' : `,"error":${JSON.stringify(entry.error)}`;
    return `${this.options.prefix}{"time":"${rfc3339(entry.time)}"${parts}${error},"response":${await this.responseText(entry)},"type":"response"}`;
  }

  private async partsOf(entry: AuditRequest, headers: AuditedHeaders): Promise<string> {
    const known = this.requestParts.get(entry);
    if (known !== undefined) return known;
    const from = entry.forwardedFrom === undefined ? '' : `,"forwarded_from":${JSON.stringify(entry.forwardedFrom)}`;
    const text = `,"auth":${this.callerText(entry.caller)}${from},"request":${await this.requestText(entry, headers)}`;
    this.requestParts.set(entry, text);
    return text;
  }

  private callerText(caller: Caller | undefined): string {
    if (caller === undefined) return ANONYMOUS;
    const known = this.callerParts.get(caller);
    if (known !== undefined) return known;
    const text = JSON.stringify({
      accessor: orAbsent(this.hashAccessor(caller.accessor)),
      client_token: orAbsent(this.hashToken(caller.clientToken)),
      display_name: caller.displayName,
      entity_id: orAbsent(caller.entityId),
      metadata: Object.keys(caller.metadata).length === 0 ? undefined : caller.metadata,
      num_uses: caller.numUses === 0 ? undefined : caller.numUses,
      policies: caller.policies,
      token_policies: caller.policies,
      token_type: caller.type,
    });
    this.callerParts.set(caller, text);
    return text;
  }

  private async requestText(entry: AuditRequest, headers: AuditedHeaders): Promise<string> {
    const { connection, data, mount } = entry;
    const logged = this.headersOf(entry, headers);
    return (
      `{${this.credentialText(entry)}` +
      (isEmpty(data) ? '' : `"data":${await this.dataText(data, mount?.nonHmacRequestKeys)},`) +
      (logged === undefined ? '' : `"headers":${JSON.stringify(logged)},`) +
      `"id":${quote(entry.id)},${mountText(mount)}"namespace":{"id":"root"},"operation":${quote(entry.operation)},` +
      `"path":${quote(entry.path)},"remote_address":${quote(connection.remoteAddress)},"remote_port":${connection.remotePort}` +
      (entry.wrapTtlSeconds === undefined ? '}' : `,"wrap_ttl":${entry.wrapTtlSeconds}}`)
    );
  }

  /** Each member with a `,` at its end. */
  private credentialText({ caller, clientToken = '' }: AuditRequest): string {
    const token = this.hashToken(caller?.clientToken ?? clientToken);
    const accessor = this.hashAccessor(caller?.accessor ?? '');
    return (
      (token === '' ? '' : `"client_token":${quote(token)},`) +
      (accessor === '' ? '' : `"client_token_accessor":${quote(accessor)},`)
    );
  }

  private headersOf(
    { headers: sent = {} }: AuditRequest,
    audited: AuditedHeaders,
  ): Record<string, string[]> | undefined {
    const logged = Object.entries(audited).flatMap(([name, { hmac }]): [string, string[]][] => {
      const value = Object.hasOwn(sent, name) ? sent[name] : undefined;
      if (value === undefined) return [];
      const values = [value].flat() as string[];
      return [[name, hmac ? values.map(this.hash) : values]];
    });
    return logged.length === 0 ? undefined : Object.fromEntries(logged);
  }

  private async responseText(entry: AuditResponse): Promise<string> {
    const { auth, leaseId, warnings = [], wrapInfo, request } = entry;
    const text =
      (auth ? `"auth":${JSON.stringify(this.authOf(auth))},` : '') +
      (await this.responseData(entry)) +
      mountText(request.mount) +
      (leaseId ? `"secret":{"lease_id":${quote(leaseId)}},` : '') +
      (warnings.length > 0 ? `"warnings":${JSON.stringify(warnings)},` : '') +
      (wrapInfo ? `"wrap_info":${JSON.stringify(this.wrapInfoOf(wrapInfo))},` : '');
    return `{${text.slice(0, -1)}}`;
  }

  private async responseData({ data, request }: AuditResponse): Promise<string> {
    if (data === undefined || data === null) return '';
    const shown = this.options.elideLists && request.operation === 'list' ? elideList(data) : data;
    return `"data":${await this.dataText(shown, request.mount?.nonHmacResponseKeys)},`;
  }

  private dataText(data: unknown, clear: readonly string[] = []): Promise<string> {
    if (this.options.raw) return gather(hashedJson(data, this.hashing, ALL));
    return gather(hashedJson(data, this.hashing, clear.length === 0 ? undefined : new Set(clear)));
  }

  private authOf(auth: AuthBlock): Record<string, unknown> {
    return {
      accessor: this.hashAccessor(auth.accessor),
      client_token: this.hashToken(auth.client_token),
      entity_id: orAbsent(auth.entity_id),
      metadata: auth.metadata ?? undefined,
      num_uses: auth.num_uses === 0 ? undefined : auth.num_uses,
      policies: auth.policies,
      token_policies: auth.token_policies,
      token_ttl: auth.lease_duration,
      token_type: auth.token_type,
    };
  }

  private wrapInfoOf(info: WrapInfo): Record<string, unknown> {
    const wrapped = info.wrapped_accessor;
    return {
      ...info,
      token: this.hashToken(info.token),
      accessor: this.hashAccessor(info.accessor),
      wrapped_accessor: wrapped === undefined ? undefined : this.hashAccessor(wrapped),
    };
  }
}

const orAbsent = (text: string): string | undefined => (text === '' ? undefined : text);

const isEmpty = (data: object): boolean => Object.keys(data).length === 0;

/** With a `,` at its end. */
const mountText = (mount: AuditMount | undefined): string =>
  mount === undefined
    ? ''
    : `"mount_accessor":${quote(mount.accessor)},"mount_class":"${mount.class}","mount_point":${quote(mount.path)},"mount_type":${quote(mount.type)},`;
