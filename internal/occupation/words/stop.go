package words

// The little words of each language, folded. They are the ones that join others; words that mean something in
// an advert ("sans", "ohne", "not") are not among them.
const (
	frenchStops = `a afin ai aie ainsi alors apres as au aucun aucune aujourd aupres auquel aura auront aussi autre autres aux avec avez
avoir avons c ce ceci cela celle celles celui ces cet cette ceux chaque chez comme concernant d dans de des dont donc du duquel
durant elle elles en entre es est et etaient etait etant ete etes etre eu eux grace hui ici il ils j je jusqu jusque l la laquelle
le lequel les lesquelles lesquels leur leurs lors lorsqu lorsque lui m ma mais me meme memes mes moi mon n ne ni nos notre nous
on ont or ou par parmi pendant peut peuvent plus pour puis puisque qu quand que quel quelle quelles quels qui quoi s sa se selon
sera serez seront ses si soi soit sommes son sont sous suis sur ta te tel telle telles tels tes toi ton tous tout toute toutes tu
un une vers via vos votre vous y`
	englishStops = `a about all am an and any are as at be been being by can could did do does each for from had has have he her
his how i if in into is it its may me more most my of on or other our out own per s she should so some such t than that the their
them then there these they this those through to under until up us was we were what when where which while who whom why will with
within would you your`
	germanStops = `ab aber alle allem allen aller als also am an auch auf aus bei beim bin bis bist da damit dann das dass dein dem den der
des die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines er es euch euer fur hat haben
ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ist ja je jede jedem jeden jeder jedes kann mein mit nach noch nun nur ob oder
sein seine seinem seinen seiner sich sie sind so sowie uber um und uns unser unsere unserem unseren unserer unter vom von vor war
was weil wenn werden wie wir wird wo zu zum zur zwischen`
	spanishStops = `a al algo algunas algunos ante antes como con contra cual cuando de del desde donde durante e el ella ellas ellos en
entre era es esa esas ese eso esos esta estan estar estas este esto estos fue ha hacia han hasta hay la las le les lo los mas me
mi mis mucho muy ni no nos nosotros nuestra nuestras nuestro nuestros o os otra otras otro otros para pero por porque que quien
se sea ser si sin sobre son su sus tambien te tiene todo todos tu tus u un una unas uno unos y ya yo`
	dutchStops = `aan al alle als bij dat de der deze die dit doch doen door dus een en er ge haar had heb hebben heeft hem het hier hij
hoe hun iemand iets ik in is ja je jij jou jouw kan kon kunnen maar me meer men met mij mijn moet na naar nu of om omdat ons onze
ook op over reeds s t te tegen tot tussen u uit uw van veel voor want waren was wat we wel werd wezen wie wij wil worden wordt ze
zelf zich zij zijn zo zou`
	italianStops = `a ad agli ai al all alla alle allo anche c che chi ci co coi col come con cui d da dagli dai dal dall dalla dalle
dallo degli dei del dell della delle dello di dove e ed era gli ha hanno i il in io l la le lei li lo loro lui ma mi mia mie miei
mio ne negli nei nel nell nella nelle nello noi non nostra nostre nostri nostro o per perche piu quale quali quella quelle quelli
quello questa queste questi questo se si sia sono sua sue sugli sui sul sull sulla sulle sullo suo suoi ti tra fra tu tua tuo un
una uno vi voi`
)
