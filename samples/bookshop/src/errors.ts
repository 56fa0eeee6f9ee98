/** Something was asked for that is not there. */
export class NotFoundError extends Error {
  constructor(
    readonly kind: string,
    readonly id: string,
  ) {
    super(`${kind} ${id} does not exist`);
  }
}

/** The request makes sense, but not in the present state. */
export class ConflictError extends Error {}

/** The request itself is wrong. */
export class InvalidError extends Error {
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(`${field}: ${message}`);
  }
}
