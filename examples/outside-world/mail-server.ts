import { createServer, type Server, type Socket } from 'node:net';
import type { Did } from './endpoint.js';
import type { Fault } from './faults.js';

/** Bytes of one command, or of one mail, that are waited for. */
const INPUT_MAX = 256 * 1024;
const END_OF_MAIL = '\r\n.\r\n';

/**
 * A small SMTP server (RFC 5321) that keeps mails instead of delivering them. What goes wrong with `mail.send` goes wrong
 * where it matters: `fail` refuses the recipient for now, `hang` and `lose` happen when the mail has arrived.
 */
export const mailServer = (did: Did, take: (on: string) => Fault | undefined): Server =>
  createServer((socket) => new MailSession(socket, did, take).begin());

class MailSession {
  #input = '';
  #to = '';
  #inMail = false;
  #fault: Fault | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly did: Did,
    private readonly take: (on: string) => Fault | undefined,
  ) {}

  begin(): void {
    this.socket.on('error', () => this.socket.destroy());
    this.socket.write('220 outside-world ESMTP\r\n');
    this.socket.setEncoding('utf8').on('data', (chunk: string) => {
      this.#input += chunk;
      while (this.#readOne());
      if (this.#input.length > INPUT_MAX) this.socket.destroy();
    });
  }

  /** @returns whether there was a whole command, or a whole mail */
  #readOne(): boolean {
    const end = this.#inMail ? END_OF_MAIL : '\r\n';
    const at = this.#input.indexOf(end);
    if (at < 0) return false;
    const piece = this.#input.slice(0, at);
    this.#input = this.#input.slice(at + end.length);
    const reply = this.#inMail ? this.#gotMail(piece) : this.#obey(piece);
    if (reply !== null) this.socket.write(`${reply}\r\n`);
    return true;
  }

  #obey(command: string): string {
    switch (command.slice(0, 4).toUpperCase()) {
      case 'RCPT':
        this.#fault = this.take('mail.send');
        this.#to = /<([^>]*)>/.exec(command)?.[1] ?? '';
        return this.#fault?.kind === 'fail' ? '450 try again later' : '250 ok';
      case 'DATA':
        this.#inMail = true;
        return '354 send the mail';
      case 'QUIT':
        return '221 bye';
      default:
        return '250 ok';
    }
  }

  /** Null where nothing is answered. */
  #gotMail(mail: string): string | null {
    this.#inMail = false;
    if (this.#fault?.kind === 'hang') return null;
    const facts = {
      to: this.#to,
      subject: headerOf(mail, 'Subject'),
      messageId: headerOf(mail, 'Message-ID'),
    };
    try {
      this.did('mail.send', facts);
    } catch {
      return '452 no room is left';
    }
    if (this.#fault?.kind !== 'lose') return '250 kept';
    this.socket.destroy();
    return null;
  }
}

const headerOf = (mail: string, name: string): string =>
  new RegExp(`^${name}: *(.*)$`, 'im').exec(mail)?.[1]?.trim() ?? '';
