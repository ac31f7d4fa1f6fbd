import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { encodeFix, type FixFields, FixReader, valueOf } from './fix-message.ts';
import { fixTime } from './messages.ts';

/** A session with a broker that logs on again when the connection breaks. Emits `report` and `broken`. */
export class FixSession extends EventEmitter<{ report: [FixFields]; broken: []; ready: [] }> {
  readonly #address: string;
  #socket: Socket | undefined;
  #sequence = 0;

  /** @param address `broker.example:9878` */
  constructor(address: string) {
    super();
    this.#address = address;
  }

  async logOn(): Promise<void> {
    const [host = '', port = ''] = this.#address.split(':');
    const socket = connect(Number(port), host);
    this.#socket = socket;
    const reader = new FixReader();
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      for (const message of reader.read(chunk.toString())) this.#receive(message);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.emit('broken');
      void this.logOn();
    });
    await once(socket, 'connect');
    const ready = once(this, 'ready');
    // EncryptMethod, HeartBtInt, ResetSeqNumFlag
    this.send('A', [
      [98, '0'],
      [108, '30'],
      [141, 'Y'],
    ]);
    await ready;
  }

  /** @param type MsgType(35) */
  send(type: string, fields: FixFields): void {
    this.#sequence += 1;
    const header: FixFields = [
      [35, type],
      [49, 'BOT'],
      [56, 'BROKER'],
      [34, String(this.#sequence)],
      [52, fixTime(Date.now())],
    ];
    this.#socket?.write(encodeFix([...header, ...fields]));
  }

  #receive(message: FixFields): void {
    const type = valueOf(message, 35);
    if (type === 'A') this.emit('ready');
    if (type === '8' || type === '9') this.emit('report', message);
  }
}
