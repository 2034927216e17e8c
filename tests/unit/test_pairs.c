/*
 * Sixty pairs of entries of two sources: thirty that tell the same and thirty that do not.
 * All texts were written for this test. What the pairs are like is what is met on sites of
 * provinces and departments: a reprint cut to its first third, a new headline over the same
 * text, numbers 1 and 2 of an announcement, the report of every day, lists of
 * procurements, two agencies' own accounts of one event.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/cluster.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/thai.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW ((int64_t)1790000000)
#define DAY ((int64_t)86400)

/* ---- texts, by sentences */

#define FLOOD_T "ผู้ว่าฯ ลงพื้นที่ช่วยเหลือผู้ประสบอุทกภัยริมคลองสายใหม่"
#define FLOOD_1                                                                        \
	"เมื่อช่วงเช้าวันที่ 9 ตุลาคม 2569 ผู้ว่าราชการจังหวัดพร้อมคณะลงเรือท้องแบนไปเยี่ยมครอบครัวที่น้ำเข้า" \
	"บ้านริมคลองสายใหม่ ซึ่งระดับน้ำสูงขึ้นตั้งแต่เมื่อคืนก่อน "
#define FLOOD_2                                                                        \
	"โดยได้มอบถุงยังชีพ 120 ชุด น้ำดื่ม 80 แพ็ค และยารักษาโรคน้ำกัดเท้าแก่ผู้สูงอายุที่ออกจากบ้านไม่ได้ " \
	"พร้อมกำชับให้กำนันผู้ใหญ่บ้านสำรวจความเสียหายให้เสร็จก่อนสิ้นสัปดาห์ "
#define FLOOD_3                                                                        \
	"ด้านชลประทานแจ้งว่าได้เปิดประตูระบายน้ำเพิ่มอีกสองบานและติดตั้งเครื่องสูบน้ำ 6 เครื่อง " \
	"คาดว่าหากฝนไม่ตกซ้ำ น้ำจะกลับสู่ระดับปกติภายในห้าวัน "
#define FLOOD_4                                                                        \
	"ผู้ที่ต้องการความช่วยเหลือโทรแจ้งสายด่วนประจำอำเภอได้ทุกเวลา และขอให้งดเล่นน้ำบริเวณปากท่อระบาย " \
	"เพราะมีกระแสน้ำวนแรงกว่าทุกปี "
#define FLOOD FLOOD_1 FLOOD_2 FLOOD_3 FLOOD_4

#define FAIR_T "ชวนเที่ยวตลาดนัดผลไม้ปลอดภัยหน้าศาลากลางหลังใหม่"
#define FAIR_1                                                                         \
	"สำนักงานเกษตรจังหวัดร่วมกับกลุ่มแม่บ้านสิบสองกลุ่มจัดตลาดนัดผลไม้ปลอดภัยทุกเสาร์แรกของเดือน " \
	"เริ่มครั้งแรกเช้าวันเสาร์นี้ตั้งแต่หกโมงครึ่งเป็นต้นไป "
#define FAIR_2                                                                         \
	"ภายในงานมีเงาะโรงเรียน มังคุดคัด ทุเรียนกวน และน้ำผึ้งเดือนห้าซึ่งผ่านการตรวจสารตกค้างทุกแผง " \
	"ผู้ซื้อดูผลตรวจได้จากป้ายสีเขียวที่แขวนไว้หน้าร้าน "
#define FAIR_3                                                                         \
	"นอกจากนี้ยังมีการสาธิตทำปุ๋ยหมักจากเปลือกผลไม้ และแจกกล้าพริกขี้หนูสวนให้ผู้ที่นำถุงผ้ามาเอง " \
	"จนกว่ากล้าจะหมด "
#define FAIR FAIR_1 FAIR_2 FAIR_3

#define DENGUE_T "สาธารณสุขเตือนไข้เลือดออกระบาดเร็วกว่าทุกปี"
#define DENGUE_1                                                                       \
	"นายแพทย์สาธารณสุขจังหวัดเปิดเผยว่า ตั้งแต่ต้นปีพบผู้ป่วยไข้เลือดออกแล้ว 214 ราย " \
	"มากกว่าช่วงเดียวกันของปีก่อนเกือบเท่าตัว "
#define DENGUE_2                                                                       \
	"กลุ่มที่ป่วยมากที่สุดคือเด็กวัยเรียนอายุ 10 ถึง 14 ปี รองลงมาคือคนงานก่อสร้างที่พักรวมกันในแคมป์ " \
	"ซึ่งมีภาชนะใส่น้ำใช้ที่ไม่มีฝาปิด "
#define DENGUE_3                                                                       \
	"จึงขอให้ทุกบ้านคว่ำกะละมัง ปิดโอ่ง เปลี่ยนน้ำในแจกันทุกวันศุกร์ " \
	"และหากมีไข้สูงลอยเกินสองวันให้ไปพบแพทย์ ห้ามกินยาแอสไพรินเด็ดขาด "
#define DENGUE DENGUE_1 DENGUE_2 DENGUE_3

#define ROAD_T "แจ้งปิดการจราจรถนนเลียบอ่างเก็บน้ำเพื่อซ่อมคอสะพาน"
#define ROAD_1                                                                         \
	"หมวดทางหลวงแจ้งปิดการจราจรถนนเลียบอ่างเก็บน้ำช่วงกิโลเมตรที่ 14 ทั้งสองทิศทาง " \
	"เพื่อซ่อมคอสะพานที่ทรุดตัวจากฝนหนักเมื่อสัปดาห์ที่แล้ว "
#define ROAD_2                                                                         \
	"รถเล็กให้เลี่ยงไปใช้ทางลูกรังหลังวัดป่า ส่วนรถบรรทุกให้อ้อมไปทางแยกปั๊มเก่า " \
	"โดยมีเจ้าหน้าที่โบกธงให้สัญญาณตลอดกลางวัน "
#define ROAD_3                                                                         \
	"ช่างคาดว่าจะเทคอนกรีตเสร็จภายใน 21 วัน และจะเปิดให้ใช้ทีละช่องทางก่อน " \
	"หากต้องขยายเวลาจะติดป้ายแจ้งล่วงหน้าที่ต้นทาง "
#define ROAD ROAD_1 ROAD_2 ROAD_3

#define STORM(number, day, areas)                                                      \
	"พายุดีเปรสชันในทะเลจีนใต้ตอนกลางเคลื่อนตัวทางทิศตะวันตกอย่างช้าๆ ประกาศ ณ วันที่ " day        \
	" มีผลทำให้ภาคตะวันออกเฉียงเหนือมีฝนตกหนักบางแห่งและลมกระโชกแรง พื้นที่ที่ได้รับผลกระทบคือ " areas \
	" ขอให้ประชาชนหลีกเลี่ยงการอยู่ใต้ต้นไม้ใหญ่และป้ายโฆษณา ชาวเรือควรงดออกจากฝั่ง " \
	"และติดตามประกาศฉบับต่อไปซึ่งจะออกเวลา 17.00 น. ประกาศฉบับที่ " number " เรื่องนี้ให้ใช้แทนฉบับก่อน"

#define AIR(day, pm, place)                                                            \
	"รายงานคุณภาพอากาศประจำวันที่ " day " เวลา 07.00 น. สถานีตรวจวัด" place                \
	" ค่าฝุ่นละอองขนาดเล็กเฉลี่ย 24 ชั่วโมงเท่ากับ " pm                                         \
	" ไมโครกรัมต่อลูกบาศก์เมตร กลุ่มเสี่ยงควรลดเวลาทำกิจกรรมกลางแจ้งและสวมหน้ากากเมื่อออกนอกบ้าน " \
	"หากมีอาการแน่นหน้าอกให้พบแพทย์ สอบถามเพิ่มเติมที่สำนักงานทรัพยากรธรรมชาติ"

#define WINNER(what, who, price)                                                       \
	"ตามที่หน่วยงานได้มีหนังสือเชิญชวนสำหรับ" what                                              \
	" โดยวิธีเฉพาะเจาะจง นั้น ผู้ได้รับการคัดเลือก ได้แก่ " who " โดยเสนอราคาเป็นเงินทั้งสิ้น " price \
	" บาท รวมภาษีมูลค่าเพิ่มและภาษีอื่น ค่าขนส่ง ค่าจดทะเบียน และค่าใช้จ่ายอื่นทั้งปวง จึงประกาศมาเพื่อทราบ"

#define JOB_T "รับสมัครพนักงานจ้างตามภารกิจตำแหน่งผู้ช่วยช่างโยธา"
#define JOB(post, pay)                                                                 \
	"เทศบาลมีความประสงค์จะรับสมัครบุคคลเพื่อสรรหาและเลือกสรรเป็นพนักงานจ้างตำแหน่ง" post            \
	" อัตราค่าตอบแทนเดือนละ " pay                                                          \
	" บาท ผู้สนใจขอรับใบสมัครได้ที่งานการเจ้าหน้าที่ สำนักปลัดเทศบาล ในวันและเวลาราชการ " \
	"โดยต้องมีสัญชาติไทย อายุไม่ต่ำกว่าสิบแปดปี และไม่เป็นผู้ดำรงตำแหน่งทางการเมือง " \
	"การคัดเลือกใช้วิธีสอบข้อเขียนและสัมภาษณ์ ประกาศรายชื่อผู้มีสิทธิสอบที่ป้ายหน้าสำนักงาน"

/* One ceremony as two offices told it. */
#define AWARD_A_T "พัฒนาชุมชนรับโล่หมู่บ้านสะอาดต้นแบบระดับเขต ที่บ้านสวนมะพร้าว"
#define AWARD_A                                                                        \
	"พัฒนาการจังหวัดนำทีมงานและชาวบ้านสวนมะพร้าวขึ้นรับโล่หมู่บ้านสะอาดต้นแบบระดับเขต " \
	"หลังคัดแยกขยะต่อเนื่องมาสามปีจนไม่ต้องตั้งถังขยะหน้าบ้าน ผู้ใหญ่บ้านเล่าว่าเริ่มจากธนาคารขวดเล็กๆ " \
	"ใต้ถุนศาลา แล้วค่อยชวนเด็กนักเรียนมาจดบัญชีจนกลายเป็นกองทุนซื้อสมุดให้โรงเรียน"
#define AWARD_B_T "ท้องถิ่นจังหวัดร่วมพิธีมอบโล่หมู่บ้านสะอาดต้นแบบระดับเขต บ้านสวนมะพร้าว"
#define AWARD_B                                                                        \
	"ท้องถิ่นจังหวัดเป็นสักขีพยานในพิธีมอบโล่รางวัลซึ่งปีนี้มีหมู่บ้านส่งผลงานเข้าประกวดทั้งเขตกว่าสี่สิบแห่ง " \
	"กรรมการให้คะแนนจากความร่วมมือของครัวเรือนและการลดค่าเก็บขนของเทศบาล " \
	"โดยบ้านสวนมะพร้าวได้คะแนนสูงสุดเพราะทำปุ๋ยจากเศษอาหารได้เดือนละเกือบสองตัน"

struct pair {
	const char *what;
	bool same;
	const char *title[2], *body[2];
	int days;  /* the second is so much later */
	int tie;   /* -1: any that fits */
};

#define ANY (-1)

static const struct pair pairs[] = {
    /* ---- the same */
    {"word for word", true, {FLOOD_T, FLOOD_T}, {FLOOD, FLOOD}, 0, RK_TIE_TEXT},
    {"the first half", true, {FLOOD_T, FLOOD_T}, {FLOOD, FLOOD_1 FLOOD_2}, 0, ANY},
    {"cut to the first third", true, {FLOOD_T, FLOOD_T}, {FLOOD, FLOOD_1}, 0,
	RK_TIE_EXCERPT},
    {"the excerpt first", true, {FLOOD_T, FLOOD_T}, {FLOOD_1, FLOOD}, 1, RK_TIE_EXCERPT},
    {"the last sentence is missing", true, {FLOOD_T, FLOOD_T},
	{FLOOD, FLOOD_1 FLOOD_2 FLOOD_3}, 0, RK_TIE_NEAR},
    {"a new headline", true, {FLOOD_T, "เร่งระบายน้ำ มอบของช่วยชาวบ้านกลางสายฝน"},
	{FLOOD, FLOOD}, 0, RK_TIE_NEAR},
    {"a new headline over a shorter text", true,
	{FLOOD_T, "น้ำท่วมริมคลอง จังหวัดตั้งเครื่องสูบน้ำเพิ่ม"},
	{FLOOD, FLOOD_1 FLOOD_2 FLOOD_3}, 2, RK_TIE_NEAR},
    {"a byline before the title", true, {FLOOD_T, "สวท.เมืองใหม่ : " FLOOD_T},
	{FLOOD, FLOOD}, 0, RK_TIE_NEAR},
    {"two bylines", true, {"ปชส.ทุ่งใหญ่: " FLOOD_T, "จ.เมืองใหม่ : " FLOOD_T},
	{FLOOD, FLOOD_1 FLOOD_2 FLOOD_3}, 0, RK_TIE_NEAR},
    {"words behind the title", true, {FLOOD_T, FLOOD_T " (ฉบับเต็ม)"}, {FLOOD, FLOOD}, 0,
	RK_TIE_NEAR},
    {"a credit below", true, {FLOOD_T, FLOOD_T},
	{FLOOD, FLOOD "\nที่มา: สำนักงานประชาสัมพันธ์จังหวัด"}, 0, RK_TIE_NEAR},
    {"sentences the other way round", true, {FLOOD_T, FLOOD_T},
	{FLOOD, FLOOD_1 FLOOD_3 FLOOD_2 FLOOD_4}, 0, RK_TIE_NEAR},
    {"two weeks later", true, {FAIR_T, FAIR_T}, {FAIR, FAIR}, 14, RK_TIE_TEXT},
    {"Thai digits", true, {DENGUE_T, DENGUE_T},
	{DENGUE,
	    "นายแพทย์สาธารณสุขจังหวัดเปิดเผยว่า ตั้งแต่ต้นปีพบผู้ป่วยไข้เลือดออกแล้ว ๒๑๔ ราย มากกว่าช่วงเดียวกันของปีก่อนเกือบ"
	    "เท่าตัว กลุ่มที่ป่วยมากที่สุดคือเด็กวัยเรียนอายุ ๑๐ ถึง ๑๔ ปี "
	    "รองลงมาคือคนงานก่อสร้างที่พักรวมกันในแคมป์ ซึ่งมีภาชนะใส่น้ำใช้ที่ไม่มีฝาปิด " DENGUE_3},
	0, RK_TIE_TEXT},
    {"spaces and lines", true, {DENGUE_T, "สาธารณสุข เตือน ไข้เลือดออก ระบาดเร็ว กว่าทุกปี"},
	{DENGUE, DENGUE_1 "\n\n" DENGUE_2 "\n" DENGUE_3}, 0, RK_TIE_TEXT},
    {"a sentence put before", true, {DENGUE_T, DENGUE_T},
	{DENGUE, "วันนี้ที่ห้องประชุมชั้นสอง มีการแถลงข่าวสถานการณ์โรค " DENGUE}, 0, RK_TIE_NEAR},
    {"an excerpt under a longer title", true, {DENGUE_T, DENGUE_T " แนะวิธีป้องกัน"},
	{DENGUE, DENGUE_1}, 0, RK_TIE_EXCERPT},
    {"cut within a word", true, {ROAD_T, ROAD_T}, {ROAD, ROAD_1 "รถเล็กให้เลี่ยงไปใช้ทางลูก"}, 0,
	ANY},
    {"cut within a number", true, {ROAD_T, ROAD_T},
	{ROAD, ROAD_1 ROAD_2 "ช่างคาดว่าจะเทคอนกรีตเสร็จภายใน 2"}, 0, RK_TIE_NEAR},
    {"more is added below", true, {ROAD_T, ROAD_T},
	{ROAD, ROAD "สอบถามเส้นทางได้ที่หมวดทางหลวงหมายเลข 1586 "}, 0, RK_TIE_NEAR},
    {"a slip of the pen", true, {ROAD_T, "แจ้งปิดการจราจรถนนเลียบอ่างเก็บน้ำเพื่อซ่อมคอสะพาน "},
	{ROAD, ROAD_1 "รถเล็กให้เลี่ยงไปใช้ทางลูกรังหลังวัดป่า ส่วนรถบรรทุกให้อ้อมไปทางแยกปั้มเก่า "
		      "โดยมีเจ้าหน้าที่โบกธงให้สัญญาณตลอดกลางวัน " ROAD_3},
	0, RK_TIE_NEAR},
    {"a fair under another headline", true, {FAIR_T, "เสาร์นี้พบกัน ผลไม้สดจากสวนราคาชาวบ้าน"},
	{FAIR, FAIR}, 1, RK_TIE_NEAR},
    {"a fair without its end", true, {FAIR_T, FAIR_T}, {FAIR, FAIR_1 FAIR_2}, 0, RK_TIE_NEAR},
    {"the beginning of a fair", true, {FAIR_T, FAIR_T}, {FAIR, FAIR_1}, 0, RK_TIE_EXCERPT},
    {"one announcement, by two", true,
	{"ประกาศกรมอุตุนิยมวิทยา ฉบับที่ 1 พายุดีเปรสชัน", "ประกาศกรมอุตุนิยมวิทยา ฉบับที่ ๑ พายุดีเปรสชัน"},
	{STORM("1", "3 ตุลาคม 2569", "หนองคาย บึงกาฬ"),
	    STORM("๑", "๓ ตุลาคม ๒๕๖๙", "หนองคาย บึงกาฬ")},
	0, RK_TIE_TEXT},
    {"one daily report, by two", true,
	{"รายงานคุณภาพอากาศประจำวันที่ 5 ตุลาคม 2569", "รายงานคุณภาพอากาศประจำวันที่ 5 ตุลาคม 2569"},
	{AIR("5 ตุลาคม 2569", "38", "หน้าศาลากลาง"), AIR("5 ตุลาคม 2569", "38", "หน้าศาลากลาง")}, 0,
	RK_TIE_TEXT},
    {"one procurement on two boards", true,
	{"ประกาศผู้ชนะการเสนอราคาซื้อหมึกพิมพ์", "ประกาศผู้ชนะการเสนอราคาซื้อหมึกพิมพ์ (e-GP)"},
	{WINNER("ซื้อหมึกพิมพ์ 12 รายการ", "ร้านเจริญการค้า", "48,500"),
	    WINNER("ซื้อหมึกพิมพ์ 12 รายการ", "ร้านเจริญการค้า", "48,500")},
	0, RK_TIE_NEAR},
    {"one post on two boards", true, {JOB_T, JOB_T},
	{JOB("ผู้ช่วยช่างโยธา", "11,280"), JOB("ผู้ช่วยช่างโยธา", "11,280")}, 3, RK_TIE_TEXT},
    {"English", true, {"Governor opens the new floodgate", "Governor opens new floodgate at dawn"},
	{"The governor opened the new floodgate on Monday morning before some two hundred "
	 "farmers, who had waited eleven years for it. Water for the second rice crop will "
	 "be let in from the first week of January.",
	    "The governor opened the new floodgate on Monday morning before some two "
	    "hundred farmers, who had waited eleven years for it. Water for the second rice "
	    "crop will be let in from the first week of January."},
	0, RK_TIE_NEAR},
    {"a headline in capitals", true, {"Road closed for repair of the bridge", "ROAD CLOSED FOR REPAIR OF THE BRIDGE"},
	{ROAD, ROAD}, 0, RK_TIE_TEXT},

    /* ---- not the same */
    {"numbers 1 and 2", false,
	{"ประกาศกรมอุตุนิยมวิทยา ฉบับที่ 1 พายุดีเปรสชัน", "ประกาศกรมอุตุนิยมวิทยา ฉบับที่ 2 พายุดีเปรสชัน"},
	{STORM("1", "3 ตุลาคม 2569", "หนองคาย บึงกาฬ"),
	    STORM("2", "3 ตุลาคม 2569", "หนองคาย บึงกาฬ")},
	0, RK_TIE_NONE},
    {"numbers 1 and 2 in Thai digits", false,
	{"ประกาศ พายุ ฉบับที่ ๑", "ประกาศ พายุ ฉบับที่ ๒"},
	{STORM("๑", "3 ตุลาคม 2569", "หนองคาย บึงกาฬ"),
	    STORM("๒", "3 ตุลาคม 2569", "หนองคาย บึงกาฬ นครพนม")},
	0, RK_TIE_NONE},
    {"the number stands in the text alone", false, {"เตือนพายุดีเปรสชันในทะเลจีนใต้", "เตือนพายุดีเปรสชันในทะเลจีนใต้"},
	{STORM("4", "3 ตุลาคม 2569", "หนองคาย"), STORM("5", "3 ตุลาคม 2569", "หนองคาย")}, 0,
	RK_TIE_NONE},
    {"yesterday's report", false,
	{"รายงานคุณภาพอากาศประจำวันที่ 5 ตุลาคม 2569", "รายงานคุณภาพอากาศประจำวันที่ 6 ตุลาคม 2569"},
	{AIR("5 ตุลาคม 2569", "38", "หน้าศาลากลาง"), AIR("6 ตุลาคม 2569", "38", "หน้าศาลากลาง")}, 1,
	RK_TIE_NONE},
    {"the report with another figure", false,
	{"รายงานคุณภาพอากาศประจำวันที่ 5 ตุลาคม 2569", "รายงานคุณภาพอากาศประจำวันที่ 5 ตุลาคม 2569"},
	{AIR("5 ตุลาคม 2569", "38", "หน้าศาลากลาง"), AIR("5 ตุลาคม 2569", "41", "หน้าศาลากลาง")}, 0,
	RK_TIE_NONE},
    {"a figure that stands there anyway", false,
	{"รายงานคุณภาพอากาศประจำวันที่ 5 ตุลาคม 2569", "รายงานคุณภาพอากาศประจำวันที่ 5 ตุลาคม 2569"},
	{AIR("5 ตุลาคม 2569", "24", "หน้าศาลากลาง"), AIR("5 ตุลาคม 2569", "25", "หน้าศาลากลาง")}, 0,
	RK_TIE_NONE},
    {"reports of two places", false,
	{"รายงานคุณภาพอากาศประจำวันที่ 5 ตุลาคม 2569 สถานีบ้านเหนือ",
	    "รายงานคุณภาพอากาศประจำวันที่ 5 ตุลาคม 2569 สถานีบ้านใต้คลอง"},
	{AIR("5 ตุลาคม 2569", "38", "บ้านเหนือ"), AIR("5 ตุลาคม 2569", "38", "บ้านใต้คลอง")}, 0,
	RK_TIE_NONE},
    {"two procurements", false,
	{"ประกาศผู้ชนะการเสนอราคาซื้อหมึกพิมพ์", "ประกาศผู้ชนะการเสนอราคาซื้อกระดาษ"},
	{WINNER("ซื้อหมึกพิมพ์ 12 รายการ", "ร้านเจริญการค้า", "48,500"),
	    WINNER("ซื้อกระดาษ 3 รายการ", "ร้านเจริญการค้า", "17,200")},
	0, RK_TIE_NONE},
    {"two procurements at one price", false,
	{"ประกาศผู้ชนะการเสนอราคาซื้อหมึกพิมพ์", "ประกาศผู้ชนะการเสนอราคาจ้างตัดหญ้า"},
	{WINNER("ซื้อหมึกพิมพ์", "ร้านเจริญการค้า", "9,000"),
	    WINNER("จ้างตัดหญ้า", "นายบุญมี ขยันงาน", "9,000")},
	0, RK_TIE_NONE},
    {"procurements under one title", false, {"ประกาศผู้ชนะการเสนอราคา", "ประกาศผู้ชนะการเสนอราคา"},
	{WINNER("ซื้อหมึกพิมพ์ 12 รายการ", "ร้านเจริญการค้า", "48,500"),
	    WINNER("ซื้อครุภัณฑ์ 2 รายการ", "บริษัทไทยสำนักงาน", "31,000")},
	0, RK_TIE_NONE},
    {"two posts", false, {JOB_T, "รับสมัครพนักงานจ้างตามภารกิจตำแหน่งผู้ช่วยครูผู้ดูแลเด็ก"},
	{JOB("ผู้ช่วยช่างโยธา", "11,280"), JOB("ผู้ช่วยครูผู้ดูแลเด็ก", "9,400")}, 0, RK_TIE_NONE},
    {"two posts with the same pay", false, {JOB_T, "รับสมัครพนักงานจ้างตามภารกิจตำแหน่งผู้ช่วยครูผู้ดูแลเด็ก"},
	{JOB("ผู้ช่วยช่างโยธา", "9,400"), JOB("ผู้ช่วยครูผู้ดูแลเด็ก", "9,400")}, 0, RK_TIE_NONE},
    {"two agencies of one event", false, {AWARD_A_T, AWARD_B_T}, {AWARD_A, AWARD_B}, 0, ANY},
    {"two agencies, two days apart", false, {AWARD_A_T, AWARD_B_T}, {AWARD_A, AWARD_B}, 2, ANY},
    {"one title, two accounts", false, {AWARD_A_T, AWARD_A_T}, {AWARD_A, AWARD_B}, 0, ANY},
    {"flood and fair", false, {FLOOD_T, FAIR_T}, {FLOOD, FAIR}, 0, RK_TIE_NONE},
    {"fair and fever", false, {FAIR_T, DENGUE_T}, {FAIR, DENGUE}, 0, RK_TIE_NONE},
    {"fever and road", false, {DENGUE_T, ROAD_T}, {DENGUE, ROAD}, 0, RK_TIE_NONE},
    {"a short title alone", false, {"ข่าวประชาสัมพันธ์", "ข่าวประชาสัมพันธ์"}, {FLOOD, FAIR}, 0,
	RK_TIE_NONE},
    {"a short title and hardly a text", false, {"ประกาศ", "ประกาศ"}, {"รายละเอียดตามเอกสารแนบ", "รายละเอียดตามเอกสารแนบ"},
	0, RK_TIE_NONE},
    {"a long title and no text", false, {ROAD_T, ROAD_T}, {"", ""}, 0, RK_TIE_NONE},
    {"only the last part", false, {FLOOD_T, "ฝากถึงผู้ปกครองช่วงน้ำหลาก"}, {FLOOD, FLOOD_4}, 0, ANY},
    {"three weeks later", false, {FAIR_T, FAIR_T}, {FAIR, FAIR}, 21, RK_TIE_NONE},
    {"a month later, an excerpt", false, {FLOOD_T, FLOOD_T}, {FLOOD, FLOOD_1}, 30, RK_TIE_NONE},
    {"the fever a week later", false, {DENGUE_T, DENGUE_T},
	{DENGUE,
	    "นายแพทย์สาธารณสุขจังหวัดเปิดเผยว่า ตั้งแต่ต้นปีพบผู้ป่วยไข้เลือดออกแล้ว 251 ราย มากกว่าช่วงเดียวกันของปีก่อนเกือบ"
	    "เท่าตัว " DENGUE_2 DENGUE_3},
	7, RK_TIE_NONE},
    {"the same set phrase at the end", false, {FLOOD_T, ROAD_T},
	{FLOOD_1 "จึงประชาสัมพันธ์มาให้ทราบโดยทั่วกัน", ROAD_1 "จึงประชาสัมพันธ์มาให้ทราบโดยทั่วกัน"}, 0,
	RK_TIE_NONE},
    {"half of each is the other's", false, {FLOOD_T, FAIR_T}, {FLOOD_1 FLOOD_2 FAIR_1, FAIR_1 FAIR_2 FAIR_3},
	0, ANY},
    {"another road at another kilometre", false,
	{"ปิดการจราจรกิโลเมตรที่ 14", "ปิดการจราจรกิโลเมตรที่ 52"},
	{ROAD, "หมวดทางหลวงแจ้งปิดการจราจรถนนเลียบอ่างเก็บน้ำช่วงกิโลเมตรที่ 52 ทั้งสองทิศทาง "
	       "เพื่อซ่อมคอสะพานที่ทรุดตัวจากฝนหนักเมื่อสัปดาห์ที่แล้ว " ROAD_2 ROAD_3},
	0, RK_TIE_NONE},
    {"round 5 and round 6 of a meeting", false,
	{"ประชุมคณะกรรมการกองทุนสวัสดิการ ครั้งที่ 5/2569", "ประชุมคณะกรรมการกองทุนสวัสดิการ ครั้งที่ 6/2569"},
	{"คณะกรรมการกองทุนสวัสดิการชุมชนประชุมประจำเดือนเพื่อพิจารณาคำขอรับเงินช่วยเหลือของสมาชิก " FAIR_3,
	    "คณะกรรมการกองทุนสวัสดิการชุมชนประชุมประจำเดือนเพื่อพิจารณาคำขอรับเงินช่วยเหลือของสมาชิก " FAIR_3},
	10, RK_TIE_NONE},
    {"prices of two days", false,
	{"ราคาปาล์มน้ำมันวันนี้", "ราคาปาล์มน้ำมันวันนี้"},
	{"ราคาผลปาล์มน้ำมันทะลายที่ลานเทวันที่ 5 ตุลาคม 2569 อยู่ที่กิโลกรัมละ 6.40 บาท เนื้อในเมล็ดละ 29 บาท "
	 "เกษตรกรสอบถามราคาได้ที่สำนักงานพาณิชย์จังหวัดทุกวันทำการ",
	    "ราคาผลปาล์มน้ำมันทะลายที่ลานเทวันที่ 6 ตุลาคม 2569 อยู่ที่กิโลกรัมละ 6.55 บาท เนื้อในเมล็ดละ 29 บาท "
	    "เกษตรกรสอบถามราคาได้ที่สำนักงานพาณิชย์จังหวัดทุกวันทำการ"},
	1, RK_TIE_NONE},
};

#define PAIRS (sizeof(pairs) / sizeof(*pairs))

/* ---- what comes again and again, filled in anew */

#define FORECAST(day, low, wind, centre)                                               \
	"ลักษณะอากาศประจำวันที่ " day " ตอนเช้าอากาศเย็นและมีหมอกบางในที่ลุ่ม อุณหภูมิต่ำสุด " low                  \
	" องศา ลมเหนือความเร็ว " wind " กิโลเมตรต่อชั่วโมง ผู้ขับขี่รถโปรดระวังทัศนวิสัยที่ลดลง "      \
	"หากพบเหตุต้นไม้ล้มขวางทางให้แจ้งศูนย์วิทยุ" centre "ได้ทุกเวลา"

#define RUBBER(day, sheet, cup)                                                        \
	"ตลาดกลางแจ้งราคายางแผ่นดิบวันที่ " day " กิโลกรัมละ " sheet " บาท ยางก้อนถ้วยกิโลกรัมละ " cup  \
	" บาท ผู้ขายโปรดนำบัตรสมาชิกมาแสดงทุกครั้ง ตลาดเปิดรับยางตั้งแต่เช้าถึงบ่ายสามโมง " \
	"และหยุดทำการในวันนักขัตฤกษ์"

#define LEDGER                                                                         \
	"กองคลังขอส่งงบทดลองพร้อมเอกสารประกอบตามระเบียบว่าด้วยการบัญชีของหน่วยงานภาครัฐ " \
	"ผู้สนใจเปิดดูรายละเอียดได้จากเอกสารแนบด้านล่าง หรือขอดูต้นฉบับได้ที่ฝ่ายบัญชีชั้นสองในเวลาราชการ " \
	"โดยแจ้งชื่อและเหตุผลที่ขอดูต่อเจ้าหน้าที่ก่อนทุกครั้ง หากพบข้อผิดพลาดประการใดโปรดแจ้งกลับภายในเจ็ดวัน " \
	"เพื่อให้หน่วยงานแก้ไขและส่งฉบับที่ถูกต้องต่อกรมบัญชีกลางตามกำหนด ทั้งนี้เอกสารทุกชุดได้ผ่านการตรวจทาน" \
	"จากผู้ตรวจสอบภายในแล้ว และจะเก็บไว้ให้ตรวจดูย้อนหลังได้ห้าปีตามที่ระเบียบกำหนดไว้ทุกประการ"

#define WINNING(day, first, last)                                                      \
	"ผลการออกรางวัลสลากการกุศลงวดวันที่ " day " รางวัลที่หนึ่งหมายเลข " first " เลขท้ายสองตัว " last      \
	" ผู้ถูกรางวัลนำสลากมาขึ้นเงินได้ที่ห้องการเงินพร้อมบัตรประชาชน ภายในสองปีนับจากวันออกรางวัล " \
	"สลากที่ฉีกขาดจนอ่านหมายเลขไม่ได้ถือเป็นโมฆะ"

#define RESERVOIR(day, share)                                                          \
	"โครงการชลประทานรายงานสถานการณ์น้ำ ณ วันที่ " day " อ่างเก็บน้ำทุกแห่งมีน้ำรวมร้อยละ " share             \
	" ของความจุ เพียงพอสำหรับอุปโภคบริโภคตลอดฤดูแล้ง ขอความร่วมมือเกษตรกรงดทำนาปรังในพื้นที่ท้ายอ่าง"

static const struct pair routine[] = {
    {"two days of two provinces, the figures of one in the other", false,
	{"พยากรณ์อากาศประจำวันที่ 21 พฤศจิกายน 2569 จังหวัดเชียงราย",
	    "พยากรณ์อากาศประจำวันที่ 16 พฤศจิกายน 2569 จังหวัดเชียงใหม่"},
	{FORECAST("21 พฤศจิกายน 2569", "16", "14", "บ้านเหนือ"),
	    FORECAST("16 พฤศจิกายน 2569", "21", "14", "ทุ่งกลาง")},
	5, RK_TIE_NONE},
    {"day and wind changed places", false,
	{"พยากรณ์อากาศประจำวันที่ 21 พฤศจิกายน 2569 ภาคใต้",
	    "พยากรณ์อากาศประจำวันที่ 14 พฤศจิกายน 2569 ภาคใต้"},
	{FORECAST("21 พฤศจิกายน 2569", "20", "14", "คลองเสือ"),
	    FORECAST("14 พฤศจิกายน 2569", "20", "21", "คลองเสือ")},
	7, RK_TIE_NONE},
    {"one day, two figures changed places", false,
	{"พยากรณ์อากาศประจำวันที่ 21 พฤศจิกายน 2569", "พยากรณ์อากาศประจำวันที่ 21 พฤศจิกายน 2569"},
	{FORECAST("21 พฤศจิกายน 2569", "13", "14", "ดอนทราย"),
	    FORECAST("21 พฤศจิกายน 2569", "14", "13", "ดอนทราย")},
	0, RK_TIE_NONE},
    {"one day, the same figures, another place", false,
	{"พยากรณ์อากาศประจำวันที่ 17 พฤศจิกายน 2569", "พยากรณ์อากาศประจำวันที่ 17 พฤศจิกายน 2569"},
	{FORECAST("17 พฤศจิกายน 2569", "18", "29", "นาแก"),
	    FORECAST("17 พฤศจิกายน 2569", "18", "29", "สันหิน")},
	0, RK_TIE_NONE},
    {"the same figures, a longer name of the place", false,
	{"พยากรณ์อากาศประจำวันที่ 10 พฤศจิกายน 2569", "พยากรณ์อากาศประจำวันที่ 10 พฤศจิกายน 2569"},
	{FORECAST("10 พฤศจิกายน 2569", "15", "22", "ดอนทอง"),
	    FORECAST("10 พฤศจิกายน 2569", "15", "22", "ดอนตะเคียนใต้")},
	0, RK_TIE_NONE},
    {"prices of two days that changed places with the days", false,
	{"ราคายางพาราวันนี้ ตลาดกลางภาคใต้ตอนบน", "ราคายางพาราวันนี้ ตลาดกลางภาคใต้ตอนบน"},
	{RUBBER("5 ตุลาคม 2569", "58", "6"), RUBBER("6 ตุลาคม 2569", "58", "5")}, 1,
	RK_TIE_NONE},
    {"the day stands in the title alone", false,
	{"งบทดลองของหน่วยงาน ณ วันที่ 5 ตุลาคม 2569", "งบทดลองของหน่วยงาน ณ วันที่ 6 ตุลาคม 2569"},
	{LEDGER, LEDGER}, 1, RK_TIE_NONE},
    {"the day in Thai digits", false,
	{"งบทดลองของหน่วยงาน ณ วันที่ ๕ ตุลาคม ๒๕๖๙", "งบทดลองของหน่วยงาน ณ วันที่ ๑๕ ตุลาคม ๒๕๖๙"},
	{LEDGER, LEDGER}, 10, RK_TIE_NONE},
    {"two months", false,
	{"งบทดลองประจำเดือนกันยายน 2569", "งบทดลองประจำเดือนตุลาคม 2569"}, {LEDGER, LEDGER},
	3, RK_TIE_NONE},
    {"two draws of one month", false,
	{"ผลการออกรางวัลสลากการกุศล งวดวันที่ 1 พฤศจิกายน 2569",
	    "ผลการออกรางวัลสลากการกุศล งวดวันที่ 16 พฤศจิกายน 2569"},
	{WINNING("1 พฤศจิกายน 2569", "004216", "31"),
	    WINNING("16 พฤศจิกายน 2569", "004216", "31")},
	13, RK_TIE_NONE},
    {"water of two days in Thai digits", false,
	{"รายงานสถานการณ์น้ำ ๕ ต.ค. ๖๙", "รายงานสถานการณ์น้ำ ๖ ต.ค. ๖๙"},
	{RESERVOIR("๕ ต.ค. ๖๙", "๗๑"), RESERVOIR("๖ ต.ค. ๖๙", "๗๑")}, 1, RK_TIE_NONE},
    {"two winners at one price under one title", false,
	{"ประกาศผู้ชนะการเสนอราคา โดยวิธีเฉพาะเจาะจง", "ประกาศผู้ชนะการเสนอราคา โดยวิธีเฉพาะเจาะจง"},
	{WINNER("ซื้อหมึกพิมพ์", "ร้านเจริญการค้า", "9,000"),
	    WINNER("จ้างตัดหญ้า", "นายบุญมี ขยันงาน", "9,000")},
	0, RK_TIE_NONE},
    {"numbers 2 and 12 over a long text", false,
	{"จดหมายข่าวกองคลัง ฉบับที่ 2", "จดหมายข่าวกองคลัง ฉบับที่ 12"}, {LEDGER, LEDGER}, 5,
	RK_TIE_NONE},
    {"an unnumbered series over a long text", false,
	{"หนังสือเวียนกองคลัง ว 215 เรื่องงบทดลอง", "หนังสือเวียนกองคลัง ว 216 เรื่องงบทดลอง"},
	{LEDGER, LEDGER}, 0, RK_TIE_NONE},

    {"one forecast with a credit below", true,
	{"พยากรณ์อากาศประจำวันที่ 21 พฤศจิกายน 2569", "พยากรณ์อากาศประจำวันที่ 21 พฤศจิกายน 2569"},
	{FORECAST("21 พฤศจิกายน 2569", "16", "14", "บ้านเหนือ"),
	    FORECAST("21 พฤศจิกายน 2569", "16", "14", "บ้านเหนือ")
	    "\nที่มา: สถานีอุตุนิยมวิทยา"},
	0, RK_TIE_NEAR},
    {"one forecast, spaced and in Thai digits, with a byline", true,
	{"พยากรณ์อากาศประจำวันที่ 21 พฤศจิกายน 2569",
	    "สวท.เมืองใหม่ : พยากรณ์อากาศ ประจำวันที่ ๒๑ พฤศจิกายน ๒๕๖๙"},
	{FORECAST("21 พฤศจิกายน 2569", "16", "14", "บ้านเหนือ"),
	    FORECAST("๒๑  พฤศจิกายน  ๒๕๖๙", "๑๖", "๑๔", " บ้านเหนือ ")},
	0, RK_TIE_NEAR},
    {"one forecast without its end", true,
	{"พยากรณ์อากาศประจำวันที่ 21 พฤศจิกายน 2569", "พยากรณ์อากาศประจำวันที่ 21 พฤศจิกายน 2569"},
	{FORECAST("21 พฤศจิกายน 2569", "16", "14", "บ้านเหนือ") " " FAIR_3,
	    FORECAST("21 พฤศจิกายน 2569", "16", "14", "บ้านเหนือ")},
	0, ANY},
    {"one water report on two sites", true,
	{"รายงานสถานการณ์น้ำในอ่างเก็บน้ำ ๕ ต.ค. ๖๙", "รายงานสถานการณ์น้ำในอ่างเก็บน้ำ 5 ต.ค. 2569"},
	{RESERVOIR("๕ ต.ค. ๖๙", "๗๑"), RESERVOIR("5 ต.ค. 69", "71")}, 0, RK_TIE_NEAR},
};

#define ROUTINE (sizeof(routine) / sizeof(*routine))

/* ---- an entry as the store shows it */

static void
fill(struct rk_telling *t, const char *title, const char *body, int64_t source,
    int64_t date, struct rk_buf *bytes)
{
	struct rk_buf key;
	size_t at;

	rk_buf_init(&key, 1 << 20);
	rk_buf_init(bytes, 1 << 16);
	assert_int_equal(rk_thai_key(rk_str(title), &key), 0);
	at = key.n;
	assert_int_equal(rk_thai_key(rk_str(body), &key), 0);
	*t = (struct rk_telling){.source = source,
	    .date = date,
	    .first_seen = date,
	    .title = rk_str(title)};
	t->text_hash = rk_hash64(rk_buf_view(&key));
	if (key.n - at >= 400)
		t->merge_hash = t->text_hash;
	assert_int_equal(rk_print_make(rk_strn(rk_buf_view(&key).p, at),
			     rk_str_from(rk_buf_view(&key), at), rk_str(body), bytes),
	    0);
	assert_true(rk_print_read(rk_buf_view(bytes), &t->print));
	rk_buf_release(&key);
}

/* Decided otherwise than the table says, or not the same both ways round. */
static unsigned
count_wrong(const struct pair *pairs_of, size_t n)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < n; i++) {
		const struct pair *p = &pairs_of[i];
		struct rk_telling a, b;
		struct rk_buf bytes[2];
		struct rk_likeness l, back;

		fill(&a, p->title[0], p->body[0], 1, NOW, &bytes[0]);
		fill(&b, p->title[1], p->body[1], 2, NOW + p->days * DAY, &bytes[1]);
		l = rk_cluster_alike(&a, &b);
		back = rk_cluster_alike(&b, &a);
		if ((l.tie > RK_TIE_EVENT) != p->same ||
		    (p->tie != ANY && (int)l.tie != p->tie) || back.tie != l.tie ||
		    back.guard != l.guard || back.overlap != l.overlap) {
			wrong++;
			(void)fprintf(stderr, "%s: tie %d, guard %d, overlap %u, jaccard "
					      "%u, lengths %u and %u\n",
			    p->what, (int)l.tie, (int)l.guard, l.overlap, l.jaccard,
			    a.print.length, b.print.length);
		}
		rk_buf_release(&bytes[0]);
		rk_buf_release(&bytes[1]);
	}
	return wrong;
}

static void
are_decided_right(void **state)
{
	unsigned same = 0;

	(void)state;
	assert_int_equal(count_wrong(pairs, PAIRS), 0);
	assert_int_equal(PAIRS, 60);
	for (size_t i = 0; i < PAIRS; i++)
		same += pairs[i].same;
	assert_int_equal(same, 30);
}

static void
what_comes_again(void **state)
{
	(void)state;
	assert_int_equal(count_wrong(routine, ROUTINE), 0);
}

/* Of one source nothing is ever the same. */
static void
not_of_one_source(void **state)
{
	struct rk_telling a, b;
	struct rk_buf bytes[2];

	(void)state;
	fill(&a, FLOOD_T, FLOOD, 1, NOW, &bytes[0]);
	fill(&b, FLOOD_T, FLOOD, 1, NOW, &bytes[1]);
	assert_int_equal(rk_cluster_alike(&a, &b).tie, RK_TIE_NONE);
	rk_buf_release(&bytes[0]);
	rk_buf_release(&bytes[1]);
}

/* Who has only the fingerprints passes over no pair that there is something to say of. */
static void
fingerprints_foresee_it(void **state)
{
	static const int64_t days[] = {0, RK_EVENT_DAYS, RK_EVENT_DAYS + 1, RK_MERGE_DAYS};
	struct rk_telling *t = calloc(2 * PAIRS, sizeof(*t));
	struct rk_buf *bytes = calloc(2 * PAIRS, sizeof(*bytes));
	unsigned looked = 0, passed = 0, told = 0;

	(void)state;
	assert_true(t != NULL && bytes != NULL);
	for (size_t i = 0; i < 2 * PAIRS; i++)
		fill(&t[i], pairs[i / 2].title[i % 2], pairs[i / 2].body[i % 2],
		    (int64_t)i, NOW, &bytes[i]);
	for (size_t d = 0; d < sizeof(days) / sizeof(*days); d++)
		for (size_t i = 0; i < 2 * PAIRS; i++)
			for (size_t k = 0; k < i; k++) {
				struct rk_telling a = t[i], b = t[k];
				struct rk_likeness l;
				bool look;

				a.date += days[d] * DAY;
				a.merge_hash = 0; /* told by themselves */
				look = rk_print_worth_a_look(
				    &a.print, &b.print, days[d] <= RK_EVENT_DAYS);
				l = rk_cluster_alike(&a, &b);
				looked += look;
				passed += !look;
				told += l.tie != RK_TIE_NONE || l.guard != RK_GUARD_NONE;
				assert_true(look || (l.tie == RK_TIE_NONE &&
							l.guard == RK_GUARD_NONE));
			}
	assert_true(told > 200 && looked < 2 * told && passed > looked);
	for (size_t i = 0; i < 2 * PAIRS; i++)
		rk_buf_release(&bytes[i]);
	free(bytes);
	free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(are_decided_right),
	    cmocka_unit_test(what_comes_again),
	    cmocka_unit_test(not_of_one_source),
	    cmocka_unit_test(fingerprints_foresee_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
