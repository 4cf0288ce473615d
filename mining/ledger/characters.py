"""The characters that nearly every Chinese text is made of: what tells one reading of its bytes from another.

Read in a wrong encoding, most text turns into characters that hardly anybody writes.
"""

# The commonest of shop and food reviews, names of dishes and of goods, with those of column headings, surnames and
# places; below, how the same are written in traditional characters.
_USUAL = frozenset(
    "一丁七万三上下不与且业东丝两严个中丸为主么之乐乙也书买乳了事二于云五些交产京人什仁今从仔他付代以们件价任份会"
    "但位住体何余作你例依侯便保信修候值做像儿元先光克入全八公六兰关兴其养冀内再写冬冯冰冷冻准凉几凤出分列刘则利别"
    "到制券剂前力加务动包化北区十午半华单卖南卜卡卢卤印卷原去县参又双反发取受变口另只可台史叶号司吃各合吉同名后向"
    "吕吗吧吴告员周味和咖咸品哈哥哪唐售商啊啡啤喜四回因团园国图圆圈土在地场块城基堂堡士处备复夏外多够大天太失头夹"
    "套奶好如姓姚姜威子孔字存孙孟学宁它安宋完定宝实审客室家容宿密富对导封小少尔就尹尾层居山崔川州工巧差己已巴巾市"
    "布师带常干平年并广床应底店度廖建开式张归当录彭待很徐得微德心快态怎性总您情想意感慢懂成我或戴户房所手才打扣批"
    "找把投报拉拌拿持挂指按挺换据掉排接控提撤支收改放效数整文料断新方无日早时明易星春是昵晋晚普更曹曾最月有服望期"
    "木末本朱机李杏村杜条来杨杯松板构林果枣柑查标样核根格桂桃档梁梅梨棒椒楼橘次欢款正步武段每比毛民气水汁汇汉江汤"
    "汪沈沙沟没沪河油法泡泥泰洁洋洗津流济浙海消深清渝温港湖湘源满潘潮澳火炒炖炸点烤烧烩热焖然煎照煮煲熊燕爆片版牌"
    "牛物特狗猪率玉王现珠球理琼瓜瓶甘甜生用田由甲电留番登白百的皖皮盐盒盖盘目直相省看真着知短石码硬确示票离种科秦"
    "称程税空竹笋第等答算管箱米类粉粑粘粤粥精糕糖系素红级纳纸线经结给统绿编罐网罗置羊美羹翅老者而耳联肉肖肘肚肠股"
    "肥胡胶能脂脆腐腿自至般色节芋芝花苏苦苹范茄茎茶草药荷莓莫莲菇菜萄萝营葡董葱蒋蒙蒸蓉蔡蔬薄薛藏藕虾蛋蜜融螺蟹行"
    "街衣补表袁袋被装西要规觉角解计订认让议记许设证评识诉试话该说请读谁谢谭豆豫财账货质购贴贵费贺贾资赣赵起超跟路"
    "蹄车转软较辣边辽达过近还这进连退送选递通速道邓那邱邵邹郑郝部郭都鄂配酒酥酪酯酱酸醋采里重量金钟钠钱铁银铸铺销"
    "锅错锦镇长门闫问间闽阳际陆陈限陕除陶难集雪雷露青非面韦韩页顾题额风食餐饭饮饺饼香马骨高魏鱼鲁鲜鸡鸭麦麻黄黎黑"
    "龙龚"
    "並乾佈併來係個們備傢價兒內兩凍別則剋劉劑動務匯區參吳呂員問喫單嗎噹嚮嚴囌國園圓圖團報場塊夠夾孫學寀實寧審寫寶"
    "對導層師帶幹幾廣張彆彔彙後從復態應懞戶捲掛採換據數斷於時晉暱曏書會東條棗楊業構樂樑樓標樣機檔檯歡歸氣沒涼湯準"
    "溝溫滬滷滿漢潔濛濟瀋無熱燉燒燜營燴爾牠現瓊產甦甯當痠發盃盤盧瞭矇硃確碼祇稅種稱筍箇節範粵糰紅納紙級結給統絲經"
    "綠網線編縣總繫纔羅聯脩腸膠臺與興莖華萬葉葯蓋蓮蔔蔘蔣蔥薑藥蘇蘋蘭蘿處號蝦衕衚裏補裝製複覆覈規覺訂計記設許訴証"
    "評試話該認說誰請謝證識譚議讀變讓豬財貨貴買費貼賀資賈賙賣質賬購贛趙車軟較轉迴這連週進過達遞選遼還邊鄒鄧鄭醬釦"
    "鈉銀銷鋪錄錢錦錯錶鍋鍾鎮鐘鐵鑄長門閆開間閤閩闆關陝陳陸陽際隻雙雞離難雲電韋韓頁頭題額類顧風颱飯飲餃餅養餘馬馮"
    "體髮鬆鬍魚魯鮮鳳鴨鹵鹹鹽麥麼黃點鼕齣龍龔"
)
# What stands between them: full-width forms, stops and brackets.
_MARKS = frozenset("、。，．：；！？（）【】《》“”‘’…—·￥＋－／＊％＃＆")
_WIDE = range(0xFF10, 0xFF5B)


def usual(text):
    """Return how many characters of a text are in everyday use, and how many are beyond ASCII."""
    foreign = [letter for letter in text if letter > "\x7f"]
    return sum(each in _USUAL or each in _MARKS or ord(each) in _WIDE for each in foreign), len(foreign)
