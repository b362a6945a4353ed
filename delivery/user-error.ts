/**
 * What a user can mend: printed as its message alone, without a stack trace; a line a reason, each with
 * what to do.
 */
export class UserError extends Error {
  /** 1: the thing, a check or a service failed; 2: wrong usage or configuration. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 2) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Does what writes a file or a directory.
 *
 * @throws UserError with path and reason where the system does not let it.
 */
export function writeTo(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new UserError(`cannot write ${path}: ${message}`, 1);
  }
}
