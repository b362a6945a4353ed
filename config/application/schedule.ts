import { z } from "zod";

/** When a scheduled job runs. */

const months = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const days = "SUN MON TUE WED THU FRI SAT".split(" ");
const fields: readonly { from: number; to: number; names?: readonly string[] }[] = [
  { from: 0, to: 59 },
  { from: 0, to: 23 },
  { from: 1, to: 31 },
  { from: 1, to: 12, names: months },
  { from: 0, to: 7, names: days },
];

/** Whether Kubernetes accepts a schedule; it would say so only when the job is made. */
function isSchedule(schedule: string): boolean {
  if (/^@(?:yearly|monthly|weekly|daily|hourly)$/.test(schedule)) return true;
  const parts = schedule.split(/ +/);
  return (
    parts.length === fields.length &&
    fields.every((field, index) =>
      (parts[index] ?? "").split(",").every((part) => fits(part, field)),
    )
  );
}

function fits(part: string, { from, to, names = [] }: (typeof fields)[number]): boolean {
  const match = /^(?:\*|([A-Za-z\d]+)(?:-([A-Za-z\d]+))?)(?:\/([1-9]\d*))?$/.exec(part);
  if (match === null) return false;
  const [first, last] = match.slice(1, 3).map((text: string | undefined) => {
    if (text === undefined) return undefined;
    const named = names.indexOf(text.toUpperCase());
    return named === -1 ? Number(text) : named + from;
  });
  const within = (value: number | undefined) =>
    value === undefined || (value >= from && value <= to);
  return within(first) && within(last) && (last === undefined || (first ?? from) <= last);
}

export const schedule = z.string().refine(isSchedule, {
  error: "give a cron schedule of five fields, such as */5 * * * *, or @daily",
});

export const timeZone = z.string().refine(isTimeZone, {
  error: "give a time zone such as Etc/UTC or Europe/Berlin",
});

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return /^[A-Z]/.test(name);
  } catch {
    return false;
  }
}
