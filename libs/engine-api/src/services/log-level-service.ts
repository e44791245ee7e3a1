/** `sys/loggers`: how much each part of the server tells, until it is started again. */
export abstract class LogLevelService {
  /** Level by the name of the logger. */
  abstract levels(): Readonly<Record<string, string>>;
  /**
   * @param name one logger; absent: all.
   * @throws {TidelockError} INVALID_REQUEST for a level that there is not, NOT_FOUND for such a logger.
   */
  abstract set(level: string, name?: string): void;
  /** As configured. @throws as `set` does. */
  abstract reset(name?: string): void;
}
