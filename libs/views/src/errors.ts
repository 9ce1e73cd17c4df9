/** Views are out of reach or too busy. Nothing was read or written: try the same again. */
export class ViewsUnavailable extends Error {
  readonly code = 'VIEWS_UNAVAILABLE';
  /** @param place without a password  @param reason in the engine's words */
  constructor(place: string, reason: string, options?: ErrorOptions) {
    super(`the views in ${place} cannot be reached: ${reason}; nothing was written, try again`, options);
    this.name = 'ViewsUnavailable';
  }
}

/** Another writer, in this process or another, holds these views or wrote to them: there can be one. */
export class ViewsInUse extends Error {
  readonly code = 'VIEWS_IN_USE';
  constructor(place: string, options?: ErrorOptions) {
    super(
      `the views in ${place} are written by another projector; stop it, or choose another place`,
      options,
    );
    this.name = 'ViewsInUse';
  }
}

/** A newer version of this library made the views: what they mean may have changed. */
export class ViewsTooNew extends Error {
  readonly code = 'VIEWS_TOO_NEW';
  constructor(place: string, found: number, known: number) {
    super(
      `the views in ${place} have definition ${found}, this version knows up to ${known}: update action.do, or delete them and they are built anew`,
    );
    this.name = 'ViewsTooNew';
  }
}

/** An older version made the views that are live, and this one cannot read them; their successors are not ready. */
export class ViewsTooOld extends Error {
  readonly code = 'VIEWS_TOO_OLD';
  constructor(place: string, found: number, readableFrom: number) {
    super(
      `the views in ${place} have definition ${found}, this version reads from ${readableFrom} on: they are being built anew, ask again later`,
    );
    this.name = 'ViewsTooOld';
  }
}

/** The views tell of another event log. */
export class ForeignViews extends Error {
  readonly code = 'FOREIGN_VIEWS';
  constructor(place: string, found: string, asked: string) {
    super(
      `the views in ${place} were built from log ${found}, not ${asked}: delete them and they are built anew, or choose another place`,
    );
    this.name = 'ForeignViews';
  }
}

/** The stored bytes are no views. Views hold nothing that the log does not: they are never repaired. */
export class ViewsDamaged extends Error {
  readonly code = 'VIEWS_DAMAGED';
  constructor(place: string, reason: string, options?: ErrorOptions) {
    super(
      `the views in ${place} cannot be read: ${reason}; delete them and they are built anew from the log`,
      options,
    );
    this.name = 'ViewsDamaged';
  }
}

/** The cursor was not made by this list. */
export class CursorInvalid extends Error {
  readonly code = 'CURSOR_INVALID';
  constructor() {
    super(
      'not a cursor of this list: pass nextCursor of the page before as it is, or none for the first page',
    );
    this.name = 'CursorInvalid';
  }
}

/** The address names no place where views can be. */
export class ViewsUrlInvalid extends Error {
  readonly code = 'VIEWS_URL_INVALID';
  constructor() {
    super('views are at embedded:<folder> or postgres://<user>@<host>/<database>');
    this.name = 'ViewsUrlInvalid';
  }
}
