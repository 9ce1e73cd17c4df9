import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** What the server answers, or does: a function may cut the connection. Left out: as a server that takes everything. */
export interface SmtpScript {
  readonly auth?: string;
  readonly rcpt?: string;
  readonly data?: string;
  /** After the content has arrived. */
  readonly content?: string | ((socket: Socket) => void);
}

/** A real, if small, SMTP server (RFC 5321) on a free port, with the mails that it got. */
export class SmtpServerDouble {
  readonly mails: string[] = [];
  readonly commands: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(private readonly script: SmtpScript = {}) {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** @returns the port */
  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.write('220 double ESMTP\r\n');
    let input = '';
    let inContent = false;
    socket.setEncoding('utf8').on('data', (chunk) => {
      input += chunk;
      for (;;) {
        const end = inContent ? input.indexOf('\r\n.\r\n') : input.indexOf('\r\n');
        if (end < 0) return;
        const piece = input.slice(0, end);
        input = input.slice(end + (inContent ? 5 : 2));
        inContent = inContent ? this.#gotContent(socket, piece) : this.#answer(socket, piece);
      }
    });
  }

  #gotContent(socket: Socket, mail: string): false {
    this.mails.push(mail);
    const { content = '250 queued' } = this.script;
    if (typeof content === 'string') socket.write(`${content}\r\n`);
    else content(socket);
    return false;
  }

  /** @returns whether the content comes next */
  #answer(socket: Socket, command: string): boolean {
    this.commands.push(command);
    const { auth = '235 ok', rcpt = '250 ok', data = '354 go on' } = this.script;
    const verb = command.split(' ')[0]?.toUpperCase() ?? '';
    const replies: Record<string, string> = {
      EHLO: '250-double\r\n250 AUTH PLAIN',
      AUTH: auth,
      RCPT: rcpt,
      DATA: data,
    };
    socket.write(`${replies[verb] ?? '250 ok'}\r\n`);
    return verb === 'DATA' && data.startsWith('354');
  }
}
