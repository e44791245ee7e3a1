export class AuditBroker {
  readonly hasDevices = false;
  async load(): Promise<void> {}
  async clear(): Promise<void> {}
  async reopen(): Promise<void> {}
}
