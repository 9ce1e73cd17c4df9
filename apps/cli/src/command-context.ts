import { GatewayClient } from './gateway/gateway-client.js';
import { type Format, isJson } from './output/format.js';
import type { Output } from './output/output.js';
import { type Colors, paintFor } from './output/paint.js';
import { jsonText, printable } from './output/printable.js';
import { apiKeyOf, baseUrlOf, type FoundKey, type GivenSettings } from './settings.js';
import type { Surroundings } from './surroundings.js';

/** What one command works with. Address and key are read when first needed: `ado errors` needs neither. */
export class CommandContext {
  readonly paint: Colors;
  /** Of stderr, which may be another terminal, or none. */
  readonly paintErrors: Colors;

  constructor(
    readonly surroundings: Surroundings,
    readonly stdout: Output,
    readonly stderr: Output,
    readonly format: Format,
    readonly settings: GivenSettings,
  ) {
    this.paint = paintFor(surroundings.isTTY.stdout, surroundings.env);
    this.paintErrors = paintFor(surroundings.isTTY.stderr, surroundings.env);
  }

  /** Width to keep to: nothing is cut but for a terminal. */
  get columns(): number | undefined {
    return this.surroundings.isTTY.stdout ? this.surroundings.columns : undefined;
  }

  get baseUrl(): string {
    return baseUrlOf(this.settings, this.surroundings);
  }

  get apiKey(): FoundKey {
    return apiKeyOf(this.settings, this.surroundings);
  }

  get gateway(): GatewayClient {
    return new GatewayClient(this.baseUrl, this.apiKey.key, this.surroundings);
  }

  /** One thing: as JSON where programs read, its id, or the text made for people. */
  async writeOne(value: unknown, id: string, text: () => string): Promise<void> {
    switch (this.format) {
      case 'json':
        return this.stdout.write(`${jsonText(value, 2)}\n`);
      case 'ndjson':
        return this.stdout.write(`${jsonText(value)}\n`);
      case 'id':
        return this.stdout.write(`${printable(id)}\n`);
      case 'table':
        return this.stdout.write(text());
    }
  }

  /** A word to a person beside the data. Programs get none. */
  async note(text: string): Promise<void> {
    if (!isJson(this.format)) await this.stderr.write(`${text}\n`);
  }
}
