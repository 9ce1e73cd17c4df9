/**
 * Of a connection string, for messages: the protocol, host and port, and nothing else, for a password may be anywhere in
 * it. Several servers in one string, or one that cannot be read, are told by their protocol.
 */
export function addressOf(url: string): string {
  const [protocol = ''] = /^[a-z+]+:\/\//i.exec(url) ?? [];
  return protocol + (URL.canParse(url) && new URL(url).host !== '' ? new URL(url).host : '…');
}
