// A tone that follows a value, for those who do not see the curve.
const BASE = 660;  // Hz where the curve began
const LOUD = 0.06;
const GLIDE = 0.06;  // s, the time constant of every change: nothing clicks

export class Tone {
  constructor() {
    this.context = new AudioContext();
    this.volume = this.context.createGain();
    this.volume.gain.value = 0;
    this.oscillator = this.context.createOscillator();
    this.oscillator.type = "triangle";
    this.oscillator.connect(this.volume).connect(this.context.destination);
    this.oscillator.start();
  }

  /** @type {(octaves: number, sounding: boolean) => void} */
  follow(octaves, sounding) {
    const now = this.context.currentTime;
    this.oscillator.frequency.setTargetAtTime(BASE * 2 ** Math.max(-4, Math.min(1, octaves)), now, GLIDE);
    this.volume.gain.setTargetAtTime(sounding ? LOUD : 0, now, GLIDE);
  }

  end() {
    this.context.close();
  }
}
