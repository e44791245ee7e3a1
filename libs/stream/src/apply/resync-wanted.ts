/** The stream says that its followers have to compare with the primary. */
export class ResyncWanted extends Error {
  constructor(readonly index: number) {
    super('resync');
  }
}
