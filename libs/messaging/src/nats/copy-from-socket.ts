/**
 * B1. A payload as the vendor's client gives it is a view of what the socket read, all of which it would keep. Out of
 * Buffer's pool where it is small: memory of its own for each message costs more than to read it.
 */
export const copyFromSocket = (payload: Uint8Array): Uint8Array => Buffer.from(payload);
