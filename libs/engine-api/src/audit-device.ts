/** Where audit lines go. */
export interface AuditDevice {
  /**
   * Resolves when the line is on record. A device that failed tries anew with the next line.
   *
   * @param line one JSON document, without the line feed.
   */
  write(line: string): Promise<void>;
  /** After the file was moved away (SIGHUP). */
  reopen(): Promise<void>;
  /** Waits for the lines that are under way. */
  close(): Promise<void>;
}

/** Opens devices of one type. */
export interface AuditDeviceType {
  /** @throws {TidelockError} INVALID_REQUEST for options that make no sense, or that lead to nothing one can write to. */
  open(options: Readonly<Record<string, string>>): Promise<AuditDevice>;
}

/** By the name that `sys/audit` knows them under: `file`. */
export type AuditDeviceTypes = Readonly<Record<string, AuditDeviceType>>;
