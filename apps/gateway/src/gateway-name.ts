/** Names this run of this gateway in the audit record. */
export const GATEWAY_NAME = Symbol('gateway name');
