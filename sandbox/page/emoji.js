// Short names of common emoji. A name that is not here is shown as :name:, as Slack shows a missing custom emoji.

const TABLE = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|ok_hand 👌|wave 👋|clap 👏|raised_hands 🙌|pray 🙏|muscle 💪|point_right 👉
point_left 👈|point_up ☝️|point_down 👇|point_up_2 👆|v ✌️|crossed_fingers 🤞|handshake 🤝|writing_hand ✍️
eyes 👀|raising_hand 🙋|bow 🙇|shrug 🤷|raised_hand ✋|hand ✋|smile 😄|smiley 😃|grinning 😀|grin 😁|laughing 😆
joy 😂|rolling_on_the_floor_laughing 🤣|slightly_smiling_face 🙂|wink 😉|blush 😊|innocent 😇|heart_eyes 😍
thinking_face 🤔|thinking 🤔|neutral_face 😐|sweat_smile 😅|sweat 😓|sob 😭|cry 😢|disappointed 😞|worried 😟
angry 😠|rage 😡|sleeping 😴|zzz 💤|tired_face 😫|scream 😱|sunglasses 😎|nerd_face 🤓|partying_face 🥳
hugging_face 🤗|face_with_monocle 🧐|saluting_face 🫡|see_no_evil 🙈|hear_no_evil 🙉|speak_no_evil 🙊
robot_face 🤖|robot 🤖|ghost 👻|heart ❤️|orange_heart 🧡|yellow_heart 💛|green_heart 💚|blue_heart 💙
purple_heart 💜|black_heart 🖤|broken_heart 💔|sparkling_heart 💖|fire 🔥|sparkles ✨|star ⭐|star2 🌟|zap ⚡
boom 💥|tada 🎉|confetti_ball 🎊|gift 🎁|trophy 🏆|medal 🏅|first_place_medal 🥇|second_place_medal 🥈
third_place_medal 🥉|crown 👑|gem 💎|rocket 🚀|dart 🎯|100 💯|rainbow 🌈|sunny ☀️|sun 🌞|cloud ☁️|snowflake ❄️
umbrella ☔|moon 🌙|crescent_moon 🌙|white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌
negative_squared_cross_mark ❎|heavy_multiplication_x ✖️|warning ⚠️|no_entry ⛔|no_entry_sign 🚫
octagonal_sign 🛑|stop_sign 🛑|rotating_light 🚨|bangbang ‼️|exclamation ❗|heavy_exclamation_mark ❗
question ❓|grey_question ❔|grey_exclamation ❕|information_source ℹ️|red_circle 🔴|large_red_square 🟥
orange_circle 🟠|large_orange_circle 🟠|yellow_circle 🟡|large_yellow_circle 🟡|green_circle 🟢
large_green_circle 🟢|blue_circle 🔵|large_blue_circle 🔵|purple_circle 🟣|large_purple_circle 🟣
white_circle ⚪|black_circle ⚫|white_small_square ▫️|black_small_square ▪️|small_blue_diamond 🔹
small_orange_diamond 🔸|large_blue_diamond 🔷|large_green_square 🟩|large_blue_square 🟦
large_yellow_square 🟨|white_large_square ⬜|black_large_square ⬛|arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️
arrow_down ⬇️|arrow_forward ▶️|arrow_backward ◀️|arrows_counterclockwise 🔄|leftwards_arrow_with_hook ↩️
arrow_right_hook ↪️|repeat 🔁|fast_forward ⏩|double_vertical_bar ⏸️|pause_button ⏸️
black_square_for_stop ⏹️|heavy_plus_sign ➕|heavy_minus_sign ➖|infinity ♾️|recycle ♻️|bell 🔔|no_bell 🔕
loudspeaker 📢|mega 📣|speech_balloon 💬|left_speech_bubble 🗨️|thought_balloon 💭|speaker 🔈|sound 🔉
loud_sound 🔊|mute 🔇|headphones 🎧|microphone 🎤|studio_microphone 🎙️|musical_note 🎵|memo 📝|pencil 📝
pencil2 ✏️|page_facing_up 📄|page_with_curl 📃|bookmark_tabs 📑|clipboard 📋|book 📖|books 📚|open_book 📖
bookmark 🔖|label 🏷️|newspaper 📰|notebook 📓|ledger 📒|scroll 📜|card_index 📇|card_index_dividers 🗂️
file_folder 📁|open_file_folder 📂|file_cabinet 🗄️|wastebasket 🗑️|inbox_tray 📥|outbox_tray 📤|package 📦
email 📧|envelope ✉️|incoming_envelope 📨|mailbox 📫|paperclip 📎|link 🔗|pushpin 📌|round_pushpin 📍
scissors ✂️|bar_chart 📊|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|abacus 🧮
triangular_ruler 📐|straight_ruler 📏|mag 🔍|mag_right 🔎|lock 🔒|unlock 🔓|key 🔑|shield 🛡️|hammer 🔨|wrench 🔧
hammer_and_wrench 🛠️|gear ⚙️|nut_and_bolt 🔩|toolbox 🧰|bulb 💡|flashlight 🔦|battery 🔋|electric_plug 🔌
computer 💻|desktop_computer 🖥️|keyboard ⌨️|phone ☎️|telephone_receiver 📞|iphone 📱|camera 📷
movie_camera 🎥|video_camera 📹|tv 📺|alarm_clock ⏰|stopwatch ⏱️|timer_clock ⏲️|hourglass ⌛
hourglass_flowing_sand ⏳|watch ⌚|calendar 📆|date 📅|spiral_calendar_pad 🗓️|spiral_calendar 🗓️|clock1 🕐
clock3 🕒|clock9 🕘|soon 🔜|moneybag 💰|money_with_wings 💸|dollar 💵|yen 💴|euro 💶|credit_card 💳|receipt 🧾
coin 🪙|won 💴|scales ⚖️|balance_scale ⚖️|ticket 🎫|admission_tickets 🎟️|bank 🏦|office 🏢|house 🏠
construction 🚧|construction_worker 👷|bust_in_silhouette 👤|busts_in_silhouette 👥|family 👪
man_technologist 👨‍💻|woman_technologist 👩‍💻|detective 🕵️|judge 🧑‍⚖️|teacher 🧑‍🏫|student 🧑‍🎓
mortar_board 🎓|bridge_at_night 🌉|globe_with_meridians 🌐|earth_asia 🌏|earth_americas 🌎|earth_africa 🌍
kr 🇰🇷|flag-kr 🇰🇷|us 🇺🇸|flag-us 🇺🇸|gb 🇬🇧|jp 🇯🇵|flag-jp 🇯🇵|one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣
six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|zero 0️⃣|keycap_ten 🔟|hash #️⃣|new 🆕|ok 🆗|up 🆙|cool 🆒|free 🆓|sos 🆘
id 🆔|abc 🔤|copyright ©️|registered ®️|tm ™️|coffee ☕|tea 🍵|beer 🍺|beers 🍻|cake 🍰|birthday 🎂|pizza 🍕
rice 🍚|ramen 🍜|apple 🍎|seedling 🌱|herb 🌿|four_leaf_clover 🍀|cherry_blossom 🌸|rose 🌹|sunflower 🌻
evergreen_tree 🌲|leaves 🍃|fallen_leaf 🍂|dog 🐶|cat 🐱|bee 🐝|bug 🐛|turtle 🐢|whale 🐳|penguin 🐧
unicorn_face 🦄|car 🚗|bus 🚌|train 🚆|airplane ✈️|ship 🚢|bike 🚲|checkered_flag 🏁|triangular_flag_on_post 🚩
white_flag 🏳️|game_die 🎲|jigsaw 🧩|art 🎨|performing_arts 🎭|crystal_ball 🔮|magic_wand 🪄|compass 🧭
world_map 🗺️|anchor ⚓|fuelpump ⛽|vertical_traffic_light 🚦|traffic_light 🚥|test_tube 🧪|microscope 🔬
telescope 🔭|satellite 🛰️|brain 🧠|ear 👂|mouth 👄|footprints 👣
`;

const BY_NAME = new Map(
  TABLE.trim()
    .split(/[\n|]/)
    .map((pair) => pair.trim().split(" "))
    .filter((pair) => pair.length === 2),
);

const TONES = ["", "", "🏻", "🏼", "🏽", "🏾", "🏿"];

/** What the emoji picker offers, most used first. */
export const OFFERED = (
  "+1 white_check_mark eyes pray tada heart joy smile raised_hands clap ok_hand thinking_face " +
  "sweat_smile sob fire 100 rocket sparkles rotating_light warning x question bulb memo " +
  "hourglass_flowing_sand mag bell pushpin lock moneybag bar_chart kr coffee wave bow muscle "
)
  .trim()
  .split(" ");

/** The emoji for a short name, or null when the name is unknown. */
export function emoji(name, tone = 0) {
  const found = BY_NAME.get(name);
  return found ? found + (TONES[tone] ?? "") : null;
}

/** The emoji a rich_text element spells out as hex code points ("1f44d-1f3fb"), or null. */
export function fromHex(unicode) {
  if (!/^[0-9a-f]{2,6}(-[0-9a-f]{2,6})*$/i.test(unicode ?? "")) return null;
  try {
    return String.fromCodePoint(...unicode.split("-").map((part) => parseInt(part, 16)));
  } catch {
    return null;
  }
}
