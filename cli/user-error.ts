/** What a user can mend: printed as its message alone, without a stack trace. */
export class UserError extends Error {
  /** 1: the thing failed; 2: wrong usage or configuration. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 2) {
    super(message);
    this.exitCode = exitCode;
  }
}
