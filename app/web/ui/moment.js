// A time as people read it, in the viewer's language and time zone; keeps itself up to date.
const LOCALES = { en: "en-GB", ja: "ja-JP" };
const UNITS = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

export default {
  template: `<time :datetime="at" :title="hint" :class="{ late: isLate }">{{ text }}</time>`,
  props: {
    at: String,
    form: String, // "ago" and "until" are relative, "full" is date and time, "for" how long since
    lang: String,
    zone: String, // "" is the browser's
    late: String, // what to say before a deadline that has passed
  },
  data() {
    return { now: Date.now() };
  },
  mounted() {
    this.clock = setInterval(() => (this.now = Date.now()), 5000);
  },
  unmounted() {
    clearInterval(this.clock);
  },
  methods: {
    tight(text) {
      return this.lang === "ja" ? text.replace(" ", "") : text; // 3分前, as in all our other words
    },
  },
  computed: {
    full() {
      // As app/web/moments.py says it: 30 Nov 2026, 9:05 and 2026年11月30日 9:05.
      const said = (more) => {
        const form = { ...more, ...(this.zone ? { timeZone: this.zone } : {}) };
        return new Intl.DateTimeFormat(LOCALES[this.lang], form).format(new Date(this.at));
      };
      const time = said({ timeStyle: "short", hourCycle: "h23" }).replace(/^0/, "");
      const [day, between] = this.lang === "ja" ? ["long", " "] : ["medium", ", "];
      return said({ dateStyle: day }) + between + time;
    },
    seconds() {
      return (new Date(this.at).getTime() - this.now) / 1000;
    },
    isLate() {
      return this.form === "until" && this.seconds < 0;
    },
    relative() {
      const format = new Intl.RelativeTimeFormat(this.lang, { numeric: "auto", style: "short" });
      for (const [unit, size] of UNITS) {
        const count = Math.trunc(this.seconds / size);
        if (count) return this.tight(format.format(count, unit));
      }
      return format.format(0, "second");
    },
    span() {
      for (const [unit, size] of [...UNITS, ["second", 1]]) {
        const count = Math.trunc(-this.seconds / size);
        if (count > 0 || unit === "second") {
          const shape = { style: "unit", unit, unitDisplay: "short" };
          return this.tight(new Intl.NumberFormat(this.lang, shape).format(Math.max(0, count)));
        }
      }
    },
    hint() {
      return this.form === "full" ? this.relative : this.full;
    },
    text() {
      if (this.form === "for") return this.span;
      if (this.form === "full") return this.full;
      return this.isLate && this.late ? `${this.late} (${this.relative})` : this.relative;
    },
  },
};
