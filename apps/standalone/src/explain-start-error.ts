/** What a person can do about a port or an address that cannot be had. */
const LISTEN: Record<string, string> = {
  EADDRINUSE: 'DO_HTTP_PORT: the port is in use. Example: npm start -- --port 8421',
  EACCES: 'DO_HTTP_PORT: this user may not listen on the port. Example: npm start -- --port 8420',
  EADDRNOTAVAIL: 'DO_HTTP_HOST: this machine does not have the address. Example: DO_HTTP_HOST=127.0.0.1',
  ENOTFOUND: 'DO_HTTP_HOST: the name is not known. Example: DO_HTTP_HOST=127.0.0.1',
};

/** Why a start failed, in one line: the name of the variable that would mend it where one would, else what was said. */
export function explainStartError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, syscall } = error as NodeJS.ErrnoException;
  const advice = syscall === 'listen' || syscall === 'getaddrinfo' ? LISTEN[code ?? ''] : undefined;
  return advice === undefined ? error.message : `${advice} (${error.message})`;
}
