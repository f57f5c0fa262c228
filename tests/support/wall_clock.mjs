// The wall clock of one program, which a test sets while the program runs: wall_clock.c is preloaded into it.
import { chmodSync, closeSync, copyFileSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export class WallClock {
  // The library is copied, because a server of PostgreSQL runs as a user who may not see the build.
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'boxoffice-clock-'));
    chmodSync(this.folder, 0o755);
    this.path = join(this.folder, 'ahead_us');
    this.preloaded = join(this.folder, 'libwallclock.so');
    copyFileSync(join(dirname(process.env.BOXOFFICE), 'libwallclock.so'), this.preloaded);
    this.file = openSync(this.path, 'w', 0o644);
    this.set(0);
  }

  // So many milliseconds ahead of that of the machine.
  set(ms) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(ms) * 1000n);
    writeSync(this.file, bytes, 0, 8, 0);
    this.ms = ms;
  }

  // Environment variables of the program.
  get environment() {
    const options = [process.env.ASAN_OPTIONS, 'verify_asan_link_order=0'].filter(Boolean).join(':');
    return { LD_PRELOAD: this.preloaded, WALL_CLOCK: this.path, ASAN_OPTIONS: options };
  }

  remove() {
    closeSync(this.file);
    rmSync(this.folder, { recursive: true });
  }
}
