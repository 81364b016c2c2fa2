import { Clock, Copy, ExternalLink, FileText, Film, Image, LayoutList, MapPin, MessageSquareReply, Music, Phone, ShoppingBag, Smile, Workflow } from 'lucide-react';
import type { ComponentType, ReactNode, SVGProps } from 'react';

import type { MediaKind, Purpose, TemplateButton, TemplateCardText, TemplateHeaderPart, TemplateText } from '@/lib/api/types';
import { fullTime } from '@/lib/format';
import { label, t } from '@/lib/i18n';
import { namesIn } from '@/lib/template-places';
import { pieces } from '@/lib/template';

import { cx } from './cx';

type Icon = ComponentType<SVGProps<SVGSVGElement>>;
type Values = Record<string, string>;

const mediaIcons: Record<MediaKind, Icon> = { image: Image, video: Film, document: FileText, audio: Music, sticker: Smile };
const buttonIcons: Record<TemplateButton['kind'], Icon | null> = {
  quick_reply: MessageSquareReply,
  url: ExternalLink,
  call: Phone,
  voice_call: Phone,
  copy_code: Copy,
  one_time_code: Copy,
  form: Workflow,
  catalogue: ShoppingBag,
  products: LayoutList,
  other: null,
};

/** Both ways that messages are shown: ours in the thread's colour, or as on the person's phone. */
const bubbles = { out: 'bg-bubble-out text-bubble-out-ink rounded-br-md', in: 'bg-bubble-in text-ink shadow-1 rounded-bl-md' } as const;

interface Props {
  text: TemplateText;
  purpose: Purpose;
  values: Values;
  tone?: keyof typeof bubbles;
}

/** Every part of a template as the person will see it. What is not filled yet is marked by its name. */
export function TemplatePreview({ text, purpose, values, tone = 'out' }: Props) {
  const buttons = text.buttons ?? [];
  const cards = text.cards ?? [];
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <div className={cx('w-fit max-w-full min-w-0 rounded-2xl px-3.5 py-2 text-base', bubbles[tone])}>
        {text.header_part && <HeaderShown part={text.header_part} values={values} />}
        {text.header && <Line text={text.header} values={values} className="font-semibold" />}
        {text.offer && <OfferShown offer={text.offer} values={values} />}
        {purpose === 'authentication' ? <CodeShown text={text} values={values} /> : <Line text={text.body} values={values} />}
        {text.footer && <Line text={text.footer} values={values} className="mt-1 text-xs opacity-80" />}
        {buttons.length > 0 && <ButtonsShown buttons={buttons} values={values} />}
      </div>
      {cards.length > 0 && (
        <ul className="flex max-w-full gap-2 overflow-x-auto pb-1.5" tabIndex={0} aria-label={t('template.shown.cards')}>
          {cards.map((card, index) => (
            <CardShown key={index} card={card} n={index + 1} values={values} className={bubbles[tone]} />
          ))}
        </ul>
      )}
      {purpose === 'authentication' && <p className="text-xs text-ink-2">{t('template.shown.provider_words')}</p>}
    </div>
  );
}

function Line({ text, values, className }: { text: string; values: Values; className?: string }) {
  return (
    <p className={cx('break-words whitespace-pre-wrap', className)}>
      <Filled text={text} values={values} />
    </p>
  );
}

function Filled({ text, values }: { text: string; values: Values }) {
  return pieces(text, values).map((piece, index) =>
    piece.slot ? (
      <mark key={index} className={cx('rounded-sm px-0.5', piece.missing ? 'bg-attention-soft text-attention' : 'bg-transparent font-medium text-inherit')}>
        {piece.text}
      </mark>
    ) : (
      piece.text
    ),
  );
}

function Box({ icon: Shape, children }: { icon: Icon; children: ReactNode }) {
  return (
    <div className="mb-1.5 flex min-w-40 items-center gap-2.5 rounded-lg border border-current/20 px-3 py-3 text-sm">
      <Shape aria-hidden className="size-4 shrink-0" />
      <span className="min-w-0 break-words">{children}</span>
    </div>
  );
}

function HeaderShown({ part, values }: { part: TemplateHeaderPart; values: Values }) {
  if (part.kind === 'media') {
    return (
      <Box icon={mediaIcons[part.media]}>
        <span className="block font-medium">{part.filename ? <Filled text={part.filename} values={values} /> : t(`template.shown.media.${part.media}`)}</span>
        <span className="block text-xs break-all opacity-80">
          <Filled text={part.source} values={values} />
        </span>
      </Box>
    );
  }
  if (part.kind === 'location') {
    return (
      <Box icon={MapPin}>
        <span className="block font-medium">{part.name ? <Filled text={part.name} values={values} /> : t('template.shown.location')}</span>
        {part.address && (
          <span className="block text-xs opacity-80">
            <Filled text={part.address} values={values} />
          </span>
        )}
        <span className="tnum block text-xs opacity-80">
          <Filled text={`${part.latitude}, ${part.longitude}`} values={values} />
        </span>
      </Box>
    );
  }
  return (
    <Box icon={ShoppingBag}>
      <Filled text={part.product} values={values} />
    </Box>
  );
}

function OfferShown({ offer, values }: { offer: NonNullable<TemplateText['offer']>; values: Values }) {
  const [name] = namesIn(offer.ends_at);
  const moment = name ? (values[name] ?? '') : (offer.ends_at ?? '');
  return (
    <div className="mb-1 flex flex-wrap items-baseline gap-x-2 text-sm">
      <span className="font-semibold">{offer.text}</span>
      {offer.ends_at && (
        <span className="inline-flex items-center gap-1 text-xs opacity-80">
          <Clock aria-hidden className="size-3" />
          {t('template.shown.ends', { at: Number.isNaN(Date.parse(moment)) ? (name ?? moment) : fullTime(moment) })}
        </span>
      )}
    </div>
  );
}

/** The provider words a one-time code; only its parts are ours. */
function CodeShown({ text, values }: { text: TemplateText; values: Values }) {
  const [name] = namesIn(text.body);
  return (
    <>
      <p className="break-words">
        <Filled text={t('template.shown.code', { code: `{{${name ?? 'code'}}}` })} values={values} /> {text.code?.advice !== false && t('template.shown.advice')}
      </p>
      {text.code?.expires_minutes != null && <p className="mt-1 text-xs opacity-80">{t('template.shown.expires', { n: text.code.expires_minutes })}</p>}
    </>
  );
}

function ButtonsShown({ buttons, values }: { buttons: TemplateButton[]; values: Values }) {
  return (
    <ul className="mt-2 flex flex-col gap-1">
      {buttons.map((button, index) => {
        const Shape = buttonIcons[button.kind];
        return (
          <li key={index} title={targetOf(button, values)} className="flex min-w-0 items-center justify-center gap-1.5 rounded-md border border-current/25 px-2.5 py-1 text-sm">
            {Shape && <Shape aria-hidden className="size-3.5 shrink-0" />}
            <span className="min-w-0 break-words">
              {button.kind === 'copy_code' ? <Filled text={t('template.shown.copy', { code: button.code })} values={values} /> : button.title || (button.kind === 'other' ? button.provider_kind : label('template_button', button.kind))}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** Where a tap leads, for a look without a tap. */
function targetOf(button: TemplateButton, values: Values): string | undefined {
  if (button.kind === 'url') return pieces(button.url, values).map((piece) => piece.text).join('');
  return button.kind === 'call' ? button.phone : undefined;
}

function CardShown({ card, n, values, className }: { card: TemplateCardText; n: number; values: Values; className: string }) {
  return (
    <li aria-label={t('template.shown.card_x', { n })} className={cx('w-52 shrink-0 rounded-xl px-2.5 py-2 text-sm', className)}>
      {card.header_part && <HeaderShown part={card.header_part} values={values} />}
      {card.body && <Line text={card.body} values={values} />}
      {card.buttons && card.buttons.length > 0 && <ButtonsShown buttons={card.buttons} values={values} />}
    </li>
  );
}
