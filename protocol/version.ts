/**
 * Version of the contract between extension and sidecar. It goes up whenever a message changes its meaning;
 * a mismatch ends the handshake with a clear error instead of a misunderstanding later.
 */
export const PROTOCOL_VERSION = 1;
