/** Why a delivery stops, in words for its user: one line a reason, each with what to do. */
export class DeliveryError extends Error {
  /** 1: a check or a service said no; 2: wrong usage or configuration. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2) {
    super(message);
    this.exitCode = exitCode;
  }
}
